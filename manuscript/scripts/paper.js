// The paper on a screen, for both engines: tables that sort, filter and download, figures whose rows
// say where they come from, and numbers that can be traced. Everything is read from the page; without
// this script the page is complete, and nothing is ever requested from elsewhere.
(() => {
  "use strict";

  // Rows that fill a screen; fewer are seen at a glance.
  const LONG = 12;
  const MISSING = /^(|[-–—]|NR|NA|n\/a|not reported|not applicable)$/i;
  const NUMBER = /^[<>≤≥]?\s*(-?(?:\d[\d,]*)?(?:\.\d+)?)(?=$|[\s%(;–†]|\/\d)/;
  const DATE = /^\d{1,2} [A-Z][a-z]+ \d{4}/;

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const button = (text, attributes, action) => {
    const element = make("button", { type: "button", ...attributes }, text);
    element.addEventListener("click", action);
    return element;
  };

  const textOf = (element) => {
    const copy = element.cloneNode(true);
    for (const line of copy.querySelectorAll("br")) line.replaceWith("; ");
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  const save = (name, blob) => {
    const address = URL.createObjectURL(blob);
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };

  // Folds ---------------------------------------------------------------------------------------
  // Contents and supplement are open in the page, so that it is whole without this script; a phone
  // folds them. A link into a fold opens it, and paper shows everything.
  const PHONE = matchMedia("(max-width: 47.99rem)");
  const folds = document.querySelectorAll("nav#toc details, details.supplement");
  if (PHONE.matches) for (const fold of folds) fold.open = false;
  const openAround = (hash) => {
    const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    const closed = target && target.closest("details:not([open])");
    if (!closed) return;
    closed.open = true;
    target.scrollIntoView();
  };
  openAround(location.hash);
  addEventListener("hashchange", () => openAround(location.hash));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (link) openAround(link.hash);
  });
  addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll("details.supplement")) fold.open = true;
  });

  // Says that there is more to the right, as long as there is.
  const addCue = (box, tools) => {
    const cue = make("span", { class: "more", "aria-hidden": "true" }, "more to the right →");
    const look = () => {
      cue.hidden = box.scrollLeft + box.clientWidth >= box.scrollWidth - 2;
    };
    box.addEventListener("scroll", look, { passive: true });
    new ResizeObserver(look).observe(box);
    tools.append(cue);
  };

  // Tables --------------------------------------------------------------------------------------

  // One header cell for every column: the lowest that belongs to this column alone.
  const columnHeaders = (head) => {
    const grid = [];
    [...head.rows].forEach((row, at) => {
      let column = 0;
      for (const cell of row.cells) {
        while (grid[at]?.[column]) column += 1;
        for (let down = 0; down < cell.rowSpan; down += 1) {
          grid[at + down] ??= [];
          for (let right = 0; right < cell.colSpan; right += 1) grid[at + down][column + right] = cell;
        }
        column += cell.colSpan;
      }
    });
    return (grid.at(-1) ?? []).map((cell) => (cell.colSpan === 1 ? cell : null));
  };

  // A cell over the whole width is the heading of the rows below it, and keeps its place.
  const isHeading = (row) => row.cells.length === 1;

  const cellAt = (row, column) => {
    let at = 0;
    for (const cell of row.cells) {
      if (column < at + cell.colSpan) return cell;
      at += cell.colSpan;
    }
    return null;
  };

  const readCell = (row, column) => {
    const cell = cellAt(row, column);
    const text = cell ? textOf(cell).replace(/\u2212/g, "-") : "";
    if (MISSING.test(text)) return { text: "", number: NaN, missing: true };
    if (DATE.test(text)) return { text, number: Date.parse(text.match(DATE)[0]) };
    const digits = text.match(NUMBER)?.[1].replace(/,/g, "");
    return { text, number: digits ? Number(digits) : NaN };
  };

  const sortRows = (bodies, column, direction) => {
    const cells = new Map();
    for (const row of bodies.flat()) if (!isHeading(row)) cells.set(row, readCell(row, column));
    const present = [...cells.values()].filter((cell) => !cell.missing);
    const numeric = present.filter((cell) => !Number.isNaN(cell.number)).length > present.length / 2;
    const sign = direction === "descending" ? -1 : 1;
    const compare = (one, other) => {
      const [a, b] = [cells.get(one), cells.get(other)];
      if (a.missing || b.missing) return Boolean(a.missing) - Boolean(b.missing);
      if (!numeric) return sign * a.text.localeCompare(b.text, undefined, { numeric: true });
      if (Number.isNaN(a.number) || Number.isNaN(b.number)) {
        return Number.isNaN(a.number) - Number.isNaN(b.number);
      }
      return sign * (a.number - b.number);
    };
    for (const rows of bodies) {
      const body = rows[0]?.parentElement;
      let run = [];
      const flush = () => body.append(...(direction ? run.sort(compare) : run).splice(0));
      for (const row of rows) {
        if (isHeading(row)) {
          flush();
          body.append(row);
        } else run.push(row);
      }
      if (body) flush();
    }
  };

  const addSorting = (table, bodies, say) => {
    if (!table.tHead || table.tBodies[0]?.querySelector("[rowspan]:not([rowspan='1'])")) return;
    const headers = columnHeaders(table.tHead);
    headers.forEach((header, column) => {
      if (!header || header.querySelector("a, button") || !textOf(header)) return;
      const name = textOf(header);
      const control = button("", { class: "sort", title: "Sort by this column" }, () => {
        const before = header.getAttribute("aria-sort");
        const direction = before === "ascending" ? "descending" : before ? null : "ascending";
        for (const other of headers) other?.removeAttribute("aria-sort");
        if (direction) header.setAttribute("aria-sort", direction);
        sortRows(bodies, column, direction);
        say(direction ? `Sorted by ${name}, ${direction}` : "In the order of the paper");
      });
      control.append(...header.childNodes);
      header.append(control);
    });
  };

  const addFilter = (bodies, label, tools, say) => {
    const rows = bodies.flat().filter((row) => !isHeading(row));
    const field = make("input", { type: "search", autocomplete: "off", spellcheck: "false" });
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const body of bodies) {
        let heading = null;
        for (const row of body) {
          if (isHeading(row)) {
            heading = row;
            row.hidden = words.length > 0;
            continue;
          }
          const text = textOf(row).toLowerCase();
          row.hidden = !words.every((word) => text.includes(word));
          shown += row.hidden ? 0 : 1;
          if (heading && !row.hidden) heading.hidden = false;
        }
      }
      say(words.length ? `${shown} of ${rows.length} rows` : `${rows.length} rows`);
    });
    tools.append(make("label", {}, make("span", {}, `Filter ${label}`), field));
  };

  // A cell that begins like a formula gets an apostrophe: a spreadsheet then shows it as text.
  const csvCell = (text) => {
    const harmless = /^[=+\-@\t\r]/.test(text) && !/^[-+]?[\d.]+$/.test(text) ? `'${text}` : text;
    return /[",\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
  };

  const csv = (table, bodies, notes) => {
    const rows = [...(table.tHead?.rows ?? []), ...bodies.flat(), ...(table.tFoot?.rows ?? [])];
    const lines = rows.map((row) =>
      [...row.cells]
        .flatMap((cell) => [csvCell(textOf(cell)), ...Array(cell.colSpan - 1).fill("")])
        .join(","),
    );
    const empty = ",".repeat([...rows[0].cells].reduce((all, cell) => all + cell.colSpan, -1));
    for (const note of notes) lines.push(csvCell(textOf(note)) + empty);
    return `\ufeff${lines.join("\r\n")}\r\n`;
  };

  const enhanceTable = (table, name, label) => {
    const box = table.closest(".scroll") ?? table.parentElement;
    if (!box.hasAttribute("tabindex")) {
      for (const [key, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", label]]) {
        box.setAttribute(key, value);
      }
    }
    const bodies = [...table.tBodies].map((body) => [...body.rows]);
    const count = bodies.flat().filter((row) => !isHeading(row)).length;
    const tools = make("div", { class: "paper-tools" });
    const status = make("span", { class: "status", role: "status" }, `${count} rows`);
    const say = (text) => {
      status.textContent = text;
    };
    if (count > 1) {
      addSorting(table, bodies, say);
      if (count >= LONG) addFilter(bodies, label, tools, say);
      tools.append(status);
    }
    const notes = box.parentElement.querySelectorAll(":scope > .notes p");
    const content = () => new Blob([csv(table, bodies, notes)], { type: "text/csv" });
    const download = () => save(`${name}.csv`, content());
    tools.append(button("CSV", { "aria-label": `Download ${label} as CSV` }, download));
    addCue(box, tools);
    box.before(tools);
  };

  // Figures -------------------------------------------------------------------------------------

  // A drawing that stands in the page gets its size in print: points, as its own lengths.
  const drawingOf = (picture) => {
    if (picture.localName !== "svg") return picture.src;
    const copy = picture.cloneNode(true);
    const { width, height } = picture.viewBox.baseVal;
    for (const name of ["class", "role", "aria-label"]) copy.removeAttribute(name);
    copy.setAttribute("width", `${width}pt`);
    copy.setAttribute("height", `${height}pt`);
    const text = new XMLSerializer().serializeToString(copy);
    return `data:image/svg+xml,${encodeURIComponent(text)}`;
  };

  const bytesOf = (address) => {
    const [kind, content] = address.slice("data:".length).split(/,(.*)/s);
    const text = kind.endsWith(";base64") ? atob(content) : decodeURIComponent(content);
    const bytes = kind.endsWith(";base64")
      ? Uint8Array.from(text, (letter) => letter.charCodeAt(0))
      : new TextEncoder().encode(text);
    return new Blob([bytes], { type: kind.split(";")[0] });
  };

  const savePng = async (address, name) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = make("canvas", { width: 2400 });
    canvas.height = Math.round((2400 * image.naturalHeight) / image.naturalWidth);
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(`${name}.png`, blob), "image/png");
  };

  const addPictureTools = (pictures, name, label, place) => {
    const tools = make("div", { class: "paper-tools" });
    pictures.forEach((picture, at) => {
      if (picture.localName === "img" && !picture.src.startsWith("data:image/svg")) return;
      const several = pictures.length > 1;
      const file = several ? `${name}-${at + 1}` : name;
      const part = several ? `, part ${at + 1},` : "";
      const mark = several ? ` ${at + 1}` : "";
      for (const [kind, action] of [
        ["SVG", () => save(`${file}.svg`, bytesOf(drawingOf(picture)))],
        ["PNG", () => savePng(drawingOf(picture), file)],
      ]) {
        const says = `Download ${label}${part} as ${kind}`;
        tools.append(button(kind + mark, { "aria-label": says }, action));
      }
    });
    const box = pictures[0].closest(".scroll");
    if (box) addCue(box, tools);
    if (tools.childElementCount) place.before(tools);
  };

  // A strip over each row of a forest plot: pointing at it, or moving to it with the arrow keys, shows
  // what the table of rows says about it.
  const addRowNotes = (images, details, label) => {
    const note = make("div", { class: "row-note" });
    note.hidden = true;
    details.before(note);
    if (PHONE.matches) details.open = true;
    const show = (row) => {
      note.replaceChildren(...[...row.cells].map((cell) => make("span", {}, textOf(cell))));
      note.hidden = false;
    };
    const hide = () => {
      note.hidden = true;
    };
    images.forEach((image, at) => {
      const rows = [...details.querySelectorAll(`tr[data-image="${at}"]`)];
      if (!rows.length) return;
      const says = `Rows of ${label}. Up and down arrow keys move between them.`;
      const frame = make("span", { class: "row-spots", role: "group", "aria-label": says });
      image.replaceWith(frame);
      const spots = rows.map((row) => {
        const { middle, height } = row.dataset;
        const says = [...row.cells].map(textOf).join(". ");
        const spot = button("", { tabindex: "-1", "aria-label": says }, () => show(row));
        spot.style.top = `${100 * (middle - height / 2)}%`;
        spot.style.height = `${100 * height}%`;
        spot.addEventListener("focus", () => show(row));
        spot.addEventListener("mouseenter", () => show(row));
        return spot;
      });
      spots[0].tabIndex = 0;
      frame.append(image, ...spots);
      frame.addEventListener("mouseleave", hide);
      frame.addEventListener("focusout", hide);
      frame.addEventListener("keydown", (event) => {
        if (event.key === "Escape") hide();
        const here = spots.indexOf(document.activeElement);
        const last = spots.length - 1;
        const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: last }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        spots[here].tabIndex = -1;
        const next = spots[Math.min(Math.max(to, 0), last)];
        next.tabIndex = 0;
        next.focus();
      });
    });
  };

  for (const item of document.querySelectorAll("[id*='tbl-'], [id*='fig-']")) {
    const caption = item.querySelector("figcaption");
    if (!/^s?(tbl|fig)-/.test(item.id) || !caption) continue;
    const label = textOf(caption).match(/^[^\d:]*\d+/)?.[0] ?? item.id;
    const details = item.querySelector("details.rows");
    const images = [...item.querySelectorAll("svg.picture, img")];
    for (const table of item.querySelectorAll("table")) {
      if (table.closest("details")) enhanceTable(table, `${item.id}-rows`, `rows of ${label}`);
      else enhanceTable(table, item.id, label);
    }
    if (images.length) addPictureTools(images, item.id, label, details ?? caption);
    if (details) addRowNotes(images, details, label);
  }
})();
