// Which rows of a table fit what the reader types? Without this module the form asks the server the same, and both
// look through the same plain text, which every row carries.

// Accents, case and the kind of apostrophe do not matter to somebody who looks for Côte d’Ivoire.
const plain = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").replaceAll("’", "'").toLowerCase();

function keepWords(links, words) {
  for (const link of links) {
    const address = new URL(link.href);
    if (words) address.searchParams.set("find", words);
    else address.searchParams.delete("find");
    link.href = address;
  }
}

function filterTable(input) {
  const table = document.getElementById(input.dataset.filters);
  const count = document.querySelector(`[data-count-of="${table.id}"]`);
  const none = document.getElementById(`${table.id}-none`);
  const rows = [...table.querySelectorAll("[data-row]")];
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const choose = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => row.dataset.row.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    none.hidden = shown > 0;
    count.textContent = count.dataset.words.replace("{shown}", number.format(shown)).replace("{all}", number.format(rows.length));
    keepWords(input.form.querySelectorAll(".choices a"), input.value.trim());
  };
  input.addEventListener("input", choose);
  choose();
}

for (const input of document.querySelectorAll("[data-filters]")) filterTable(input);
