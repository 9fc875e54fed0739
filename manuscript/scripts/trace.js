// A number of the paper says where it comes from: its unrounded value, its method and its rows. Off
// until a reader asks for it, as hundreds of numbers in the tab order would be in everybody's way.
(() => {
  "use strict";

  const facts = JSON.parse(document.getElementById("values")?.textContent ?? "{}");
  const known = JSON.parse(document.getElementById("value-rows")?.textContent ?? "{}");
  const header = document.getElementById("title-block-header");
  // A number with a link inside, such as a citation, cannot be a button as well.
  const numbers = [...document.querySelectorAll(".value[data-value]")].filter(
    (span) => span.dataset.value in facts && !span.querySelector("a") && !span.closest("a, button"),
  );
  if (!header || !numbers.length || !window.HTMLDialogElement) return;

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const title = make("h2", { id: "trace-title" });
  const list = make("dl");
  const close = make("button", { type: "button", class: "trace-switch" }, "Close");
  const dialog = make("dialog", { class: "trace", "aria-labelledby": "trace-title" }, title, list, close);
  document.body.append(dialog);

  // "data/outcomes.csv, lines 2, 6 and 12"
  const rowsOf = (value) => {
    const files = new Map();
    for (const { file, line } of value.rows) files.set(file, [...(files.get(file) ?? []), line]);
    return [...files].map(([file, lines]) => {
      const last = lines.at(-1);
      const text = lines.length > 1 ? `${lines.slice(0, -1).join(", ")} and ${last}` : last;
      return `${file}, ${lines.length > 1 ? "lines" : "line"} ${text}`;
    });
  };

  let asked = null;
  const show = (span) => {
    const value = facts[span.dataset.value];
    asked = span;
    title.textContent = span.textContent.replace(/\s+/g, " ");
    const entries = [
      ["Name", value.name],
      ["Unrounded", value.raw === null ? "a phrase, not a number" : String(value.raw)],
      ["Unit", value.unit ?? "none"],
      ["Method", value.method],
      ["Formula", value.formula],
      ["Reference", value.reference],
      ["Rows", rowsOf(value).join("; ") || "none of the data tables"],
    ].filter(([, text]) => text);
    list.replaceChildren(
      ...entries.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]),
    );
    // How each row is known: study, evidence, source, place in the source.
    const rows = value.rows.map(({ file, line }) => known[`${file}:${line}`]).filter(Boolean);
    if (rows.length) {
      const items = [...new Set(rows)].map((row) => make("li", {}, row));
      list.append(make("dt", {}, "How they are known"), make("dd", {}, make("ul", {}, ...items)));
    }
    dialog.showModal();
  };

  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => asked?.focus());

  const tracing = { role: "button", tabindex: "0", "aria-haspopup": "dialog" };
  const text = "Show where the numbers come from";
  const control = make("button", { type: "button", class: "trace-switch", "aria-pressed": "false" }, text);
  control.addEventListener("click", () => {
    const on = control.getAttribute("aria-pressed") === "false";
    control.setAttribute("aria-pressed", String(on));
    for (const span of numbers) {
      for (const [name, value] of Object.entries(tracing)) {
        if (on) span.setAttribute(name, value);
        else span.removeAttribute(name);
      }
    }
  });
  (document.querySelector("main > .keywords") ?? header).after(control);

  const spanOf = (event) => event.target.closest?.(".value[role='button']");
  document.addEventListener("click", (event) => {
    const span = spanOf(event);
    if (span) show(span);
  });
  document.addEventListener("keydown", (event) => {
    const span = spanOf(event);
    if (!span || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    show(span);
  });
})();
