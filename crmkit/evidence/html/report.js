(() => {
  "use strict";
  const form = document.getElementById("filters");
  const rows = [...document.querySelectorAll("#rows .row")];
  const cells = new Map([...document.querySelectorAll(".cell")].map((cell) => [cell.dataset.row, cell]));
  const status = document.getElementById("shown");
  const texts = new Map();

  // The text of a row, read when the first search wants it.
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };

  const wanted = () => {
    const fields = new FormData(form);
    return {
      outcome: fields.getAll("outcome"),
      operation: fields.get("operation"),
      table: fields.get("table"),
      text: fields.get("text").trim(),
    };
  };

  const isShown = (row, filter) =>
    (!filter.outcome.length || filter.outcome.includes(row.dataset.outcome)) &&
    (!filter.operation || filter.operation === row.dataset.operation) &&
    (!filter.table || filter.table === row.dataset.table) &&
    (!filter.text || textOf(row).includes(filter.text.toLowerCase()));

  const apply = () => {
    const filter = wanted();
    let shown = 0;
    for (const row of rows) {
      row.hidden = !isShown(row, filter);
      shown += row.hidden ? 0 : 1;
      cells.get(row.id)?.classList.toggle("hidden", row.hidden);
    }
    for (const group of document.querySelectorAll("#rows section.table, #rows .rest")) {
      group.hidden = !group.querySelector(".row:not([hidden])");
    }
    status.textContent = `${shown} of ${rows.length} rows shown`;
    return filter;
  };

  const asHash = (filter) => {
    const parts = new URLSearchParams();
    for (const outcome of filter.outcome) parts.append("outcome", outcome);
    for (const name of ["operation", "table", "text"]) if (filter[name]) parts.set(name, filter[name]);
    return parts.toString();
  };

  const changed = () => {
    const hash = asHash(apply());
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };

  const reset = () => {
    for (const field of form.elements) {
      if (field.type === "checkbox") field.checked = false;
      else if ("value" in field && field.type !== "reset") field.value = "";
    }
  };

  const open = (element) => {
    for (let each = element; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
  };

  // The hash names an element of the page, or says what the filters are.
  const follow = () => {
    const hash = location.hash.slice(1);
    const element = hash && document.getElementById(decodeURIComponentSafely(hash));
    if (element) {
      if (element.closest(".row[hidden], section.table[hidden], .rest[hidden]")) {
        reset();
        apply();
      }
      open(element);
      element.scrollIntoView();
      if (element.tagName === "DETAILS") element.querySelector("summary").focus({ preventScroll: true });
      return;
    }
    if (hash && !hash.includes("=")) return;
    const parts = new URLSearchParams(hash);
    reset();
    for (const box of form.querySelectorAll("[name=outcome]")) box.checked = parts.getAll("outcome").includes(box.value);
    for (const name of ["operation", "table", "text"]) {
      const value = parts.get(name) ?? "";
      form.elements[name].value = value;
      // A select has no choice for a value that it does not know.
      if (form.elements[name].value !== value) form.elements[name].value = "";
    }
    apply();
  };

  const decodeURIComponentSafely = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };

  const copy = async (button) => {
    const line = button.parentElement.querySelector("pre");
    try {
      await navigator.clipboard.writeText(line.textContent);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(line);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      if (!document.execCommand("copy")) {
        button.textContent = "Selected";
        return;
      }
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  };

  for (const each of [form, status, document.getElementById("unfold"), ...document.querySelectorAll(".copy")]) {
    each.hidden = false;
  }
  for (const kind of ["input", "change"]) form.addEventListener(kind, changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    reset();
    changed();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.matches(".copy")) copy(button);
    if (button?.dataset.open) {
      for (const row of rows) if (!row.hidden && row.tagName === "DETAILS") row.open = button.dataset.open === "true";
    }
    // A second click on the same link opens the row once more.
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) follow();
  });
  addEventListener("hashchange", follow);

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details.bad:not([open]), details.rest:not([open])")];
    for (const each of closed) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
  });
  apply();
  follow();
})();
