// How far is the job by now? Asks for its JSON, moves the bar, and shows the page anew when the state changes.

const followed = document.querySelector("[data-follow]");
const bar = followed?.querySelector("progress");

async function look() {
  const answer = await fetch(followed.dataset.follow, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const job = await answer.json();
  if (job.state !== followed.dataset.state || (job.total && !bar?.hasAttribute("max"))) {
    location.reload();
    return;
  }
  if (bar && job.total) {
    bar.max = job.total;
    bar.value = job.done;
    const done = followed.querySelector("[data-done]");
    if (done) done.textContent = job.done.toLocaleString(document.documentElement.lang);
  }
}

if (followed) setInterval(() => look().catch(() => {}), Number(followed.dataset.seconds) * 1000);
