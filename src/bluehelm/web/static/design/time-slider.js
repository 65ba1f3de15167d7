// Which months does the reader want to see? Two sliders over the mission's months fill the form's own fields and mark the
// period on the chart; the form is sent by its button, so that moving a slider never leaves the page.

const named = new Intl.DateTimeFormat(document.documentElement.lang, { year: "numeric", month: "short", timeZone: "UTC" });

const counted = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
const written = (count) => `${String(Math.floor(count / 12)).padStart(4, "0")}-${String((count % 12) + 1).padStart(2, "0")}`;
const said = (month) => named.format(new Date(`${month}-01T00:00:00Z`));

// The last day of a month, and no day that has not come.
function lastDay(month) {
  const day = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0));
  return new Date(Math.min(day, Date.now())).toISOString().slice(0, 10);
}

function within(slider, first, last, value) {
  slider.min = first;
  slider.max = last;
  slider.value = value;
}

function slide(place) {
  const form = place.closest("form");
  const [since, until] = place.querySelectorAll("input");
  const [first, last] = [counted(place.dataset.first), counted(place.dataset.last)];
  const asOf = form.elements.as_of.value.slice(0, 7);
  within(until, first, last, asOf ? counted(asOf) : last);
  within(since, first, last, form.elements.since.value ? counted(form.elements.since.value) : first);

  const tell = () => {
    const [from, to] = [written(Number(since.value)), written(Number(until.value))];
    const whole = Number(since.value) === first;
    for (const [slider, text] of [[since, whole ? place.dataset.whole : said(from)], [until, said(to)]]) {
      slider.setAttribute("aria-valuetext", text);
      slider.labels[0].querySelector("output").textContent = text;
    }
    return [whole ? "" : from, to];
  };

  place.addEventListener("input", (event) => {
    // Neither end passes the other: the one that is moved takes the other along.
    if (event.target === since && Number(since.value) > Number(until.value)) until.value = since.value;
    if (event.target === until && Number(until.value) < Number(since.value)) since.value = until.value;
    const [from, to] = tell();
    form.elements.since.value = from;
    form.elements.as_of.value = lastDay(to);
    document.dispatchEvent(new CustomEvent("period", { detail: { since: from || written(first), until: to } }));
  });
  tell();
  place.hidden = false;
}

for (const place of document.querySelectorAll("[data-first][data-last]")) slide(place);
