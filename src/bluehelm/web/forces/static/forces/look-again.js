// A run is carried out beside the page: ask every two seconds whether it is over, and show its answer when it is.
const twin = document.querySelector("link[rel=alternate][type='application/json']");
const waiting = document.querySelector("#waiting");

async function look() {
  try {
    const answer = await fetch(twin.href, { headers: { Accept: "application/json" } });
    const run = await answer.json();
    if (run.state === "done" || run.state === "failed") return location.reload();
    if (run.said) waiting.firstChild.textContent = `${run.said} `;
  } catch {
    // the way to the server is cut; the link on the page asks again
  }
  setTimeout(look, 2000);
}
if (twin && waiting) setTimeout(look, 2000);
