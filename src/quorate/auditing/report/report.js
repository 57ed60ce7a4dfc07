"use strict";
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const data = JSON.parse($("#data").textContent);
  const PAGE = 200;
  const SVG = "http://www.w3.org/2000/svg";
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  document.documentElement.classList.add("js");

  const make = (tag, text, attributes = {}) => {
    const made = document.createElement(tag);
    made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const lastDay = (month) => `${month}-${new Date(Date.UTC(+month.slice(0, 4), +month.slice(5), 0)).getUTCDate()}`;
  const grouped = (number) => number.toLocaleString("en-GB");

  // The clauses in a menu: the register's rules apart from the others.
  const menu = (select) => {
    for (const [rule, label] of [[1, "The register’s rules"], [0, "Other clauses"]]) {
      const group = document.createElement("optgroup");
      group.label = label;
      data.clauses.forEach(([id, is], at) => { if (is === rule) group.append(make("option", id, { value: at })); });
      if (group.children.length) select.append(group);
    }
  };

  // Tables: rows are filtered (hidden), sorted (moved) and paged (class off, which print ignores).
  const pagers = {};
  const table = (id) => {
    const body = $(`#${id} tbody`);
    const pager = $(`[data-for=${id}]`);
    if (!body) return null;
    const own = { rows: [...body.rows], page: 0 };
    own.draw = () => {
      const wanted = own.rows.filter((row) => !row.hidden);
      const pages = Math.max(1, Math.ceil(wanted.length / PAGE));
      own.page = Math.min(own.page, pages - 1);
      wanted.forEach((row, at) => row.classList.toggle("off", Math.floor(at / PAGE) !== own.page));
      pager.replaceChildren();
      if (pages > 1) {
        const step = (label, by) => {
          const button = make("button", label, { type: "button" });
          button.disabled = !pages || own.page + by < 0 || own.page + by >= pages;
          button.addEventListener("click", () => { own.page += by; own.draw(); body.closest("section").scrollIntoView(); });
          return button;
        };
        pager.append(step("Previous", -1), make("span", `Page ${own.page + 1} of ${pages}`), step("Next", 1));
      }
      return wanted.length;
    };
    own.reveal = (row) => {
      const at = own.rows.filter((each) => !each.hidden).indexOf(row);
      if (at < 0) return false;
      own.page = Math.floor(at / PAGE);
      own.draw();
      return true;
    };
    own.sort = (key, down) => {
      const keyed = own.rows.map((row, at) => [key(row), at, row]);
      keyed.sort(([a, i], [b, j]) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1) || i - j);
      own.rows = keyed.map(([, , row]) => row);
      body.append(...own.rows);
      own.page = 0;
      own.draw();
    };
    pagers[id] = own;
    return own;
  };
  const findings = table("findings-t");
  const evidence = table("evidence-t");

  // What a finding's row is about, read once.
  const about = new Map();
  for (const row of findings ? findings.rows : []) {
    const [mark, clause, unit, on] = row.dataset.k.split("|");
    about.set(row, { mark, clause: clause === "" ? -1 : +clause, unit: unit === "" ? -1 : +unit, on });
  }
  const named = (row) => {
    const unit = data.units[about.get(row).unit];
    return unit ? unit.slice(0, 3).join(" ").toLowerCase() : row.cells[2].textContent.toLowerCase();
  };

  const form = $("#filters");
  const filter = (wanted) => {
    for (const name of ["clause", "tier", "unit", "verdict", "from", "to"]) form.elements[name].value = wanted[name] ?? "";
    apply();
  };
  const FIELDS = {
    clause: (value) => (value === "" ? null : (it) => it.clause === +value),
    tier: (value) => (value === "" ? null : (it) => it.unit >= 0 && data.units[it.unit][3] === +value),
    verdict: (value) => (value === "" ? null : (it) => it.mark === value),
    from: (value) => (value === "" ? null : (it) => it.on >= value),
    to: (value) => (value === "" ? null : (it) => it.on.slice(0, value.length) <= value),
    unit: (value) => {
      const text = value.trim().toLowerCase();
      if (!text) return null;
      const exact = data.units.findIndex(([id]) => id.toLowerCase() === text);
      return exact >= 0 ? (it) => it.unit === exact : (it, row) => named(row).includes(text);
    },
  };
  const apply = () => {
    const tests = Object.entries(FIELDS).map(([name, test]) => test(form.elements[name].value)).filter(Boolean);
    for (const row of findings.rows) row.hidden = !tests.every((test) => test(about.get(row), row));
    findings.page = 0;
    const shown = findings.draw();
    const every = findings.rows.length;
    $("#shown").textContent = shown === every ? `${grouped(every)} finding${every === 1 ? "" : "s"}` : `${grouped(shown)} of ${grouped(every)} findings`;
  };
  const go = (wanted) => {
    if (!form) return;
    filter(wanted);
    remember();
    $("#findings").scrollIntoView();
    $("#findings-h").focus({ preventScroll: true });
  };

  // The state of the filters stands in the address, so that a view can be passed on: #?clause=..&verdict=b
  const remember = () => {
    const state = new URLSearchParams();
    for (const name of Object.keys(FIELDS)) {
      const value = form.elements[name].value;
      if (value !== "") state.set(name, name === "clause" ? data.clauses[value][0] : name === "tier" ? data.tiers[value] : value);
    }
    history.replaceState(null, "", state.size ? `#?${state}` : location.pathname + location.search);
  };
  const recall = () => {
    if (!location.hash.startsWith("#?") || !form) return;
    const state = Object.fromEntries(new URLSearchParams(location.hash.slice(2)));
    const at = (list, value) => { const found = list.indexOf(value); return found < 0 ? "" : found; };
    if (state.clause) state.clause = at(data.clauses.map(([id]) => id), state.clause);
    if (state.tier) state.tier = at(data.tiers, state.tier);
    filter(state);
    $("#findings").scrollIntoView();
  };

  if (form) {
    menu(form.elements.clause);
    data.tiers.forEach((name, at) => form.elements.tier.append(make("option", name, { value: at })));
    form.addEventListener("input", () => { apply(); remember(); });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => { apply(); remember(); }));
    $("#findings-h").tabIndex = -1;
    const rank = { b: 0, p: 1, u: 2 };
    const keys = [
      (row) => rank[about.get(row).mark], (row) => about.get(row).clause, (row) => about.get(row).unit, (row) => about.get(row).on,
      (row) => row.cells[4].textContent, (row) => row.cells[5].textContent, (row) => row.cells[6].textContent,
    ];
    all("#findings-t thead th").forEach((head, at) => {
      const button = make("button", head.textContent, { type: "button" });
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        all("#findings-t thead th").forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        findings.sort(keys[at], down);
      });
    });
  }

  // The calendar for one clause: the static drawing has all together, and comes back as it was.
  const heat = $("#heat-clause");
  const rows = all(".calendar tbody tr").map((row) => {
    const svg = $("td.h svg", row);
    return { row, svg, unit: +row.id.slice(1), whole: [...svg.childNodes], label: svg.getAttribute("aria-label"), numbers: [2, 3, 4].map((at) => row.cells[at].textContent) };
  });
  const cells = (text) => {
    const found = [];
    for (let at = 0; at < text.length; at += 1) {
      if (text[at] === ".") found.push(null);
      else if (text[at] === "~") {
        const [high, middle, low] = [1, 2, 3].map((by) => LETTERS.indexOf(text[at + by]));
        found.push(data.kinds[64 + ((high << 12) | (middle << 6) | low)]);
        at += 3;
      } else found.push(data.kinds[LETTERS.indexOf(text[at])]);
    }
    return found;
  };
  const words = ([kept, breached, possibly, unknown]) =>
    [[breached, "breached"], [possibly, "possibly breached"], [unknown, "unknown"], [kept, "kept"]]
      .filter(([number]) => number).map(([number, word]) => `${grouped(number)} ${word}`).join(", ");
  const drawRow = (own, text) => {
    const sums = [0, 0, 0, 0];
    const drawn = [];
    cells(text).forEach((kind, at) => {
      if (!kind) return;
      for (let of = 0; of < 4; of += 1) sums[of] += kind[of];
      const use = document.createElementNS(SVG, "use");
      use.setAttribute("href", `#g${kind[4]}`);
      use.setAttribute("x", data.x[at]);
      const title = document.createElementNS(SVG, "title");
      title.textContent = `${data.columns[at][0]}: ${words(kind)}`;
      use.append(title);
      drawn.push(use);
    });
    own.svg.replaceChildren(...drawn);
    own.svg.setAttribute("aria-label", words(sums) || "nothing to judge");
    [1, 2, 3].forEach((of) => { own.row.cells[of + 1].textContent = sums[of] ? grouped(sums[of]) : ""; });
    own.row.classList.toggle("well", !(sums[1] || sums[2] || sums[3]));
  };
  let inflated = null;
  const inflate = async () => {
    const bytes = Uint8Array.from(atob(data.cells), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return (await new Response(stream).text()).split("\n");
  };
  const choose = async () => {
    const clause = heat.value;
    if (clause !== "") inflated ??= await inflate();
    const drawn = clause === "" ? [] : inflated[clause].split(",");
    $("#heat-words").textContent = clause === "" ? "All clauses together." : $(`#c${clause} .w`).textContent;
    rows.forEach((own, at) => {
      if (clause !== "") return drawRow(own, drawn[at] ?? "");
      own.svg.replaceChildren(...own.whole);
      own.svg.setAttribute("aria-label", own.label);
      own.numbers.forEach((number, of) => { own.row.cells[of + 2].textContent = number; });
      own.row.classList.toggle("well", own.numbers.every((number) => number === ""));
      return null;
    });
    few();
  };
  const few = () => {
    for (const { row } of rows) row.hidden = $("#heat-amiss").checked && row.classList.contains("well");
    for (const tier of all(".heat details")) $(".amiss", tier).textContent = grouped(all("tbody tr:not(.well)", tier).length);
  };
  heat.disabled = typeof DecompressionStream === "undefined";
  heat.append(make("option", "all clauses together", { value: "" }));
  menu(heat);
  heat.addEventListener("change", choose);
  $("#heat-amiss").addEventListener("change", few);
  heat.form.addEventListener("submit", (event) => event.preventDefault());
  $("#fold").addEventListener("click", (event) => {
    const open = event.target.textContent.startsWith("Fold");
    all(".heat details").forEach((each) => { each.open = !open; });
    event.target.textContent = open ? "Unfold all tiers" : "Fold all tiers";
  });

  // Links: from a clause, unit, cell or mark to its findings; from a finding to its evidence, whatever page that is on.
  document.addEventListener("click", (event) => {
    const cell = event.target.closest?.(".calendar use");
    if (cell) {
      const at = data.x.indexOf(+cell.getAttribute("x"));
      const unit = +cell.closest("tr").id.slice(1);
      return go({ unit: data.units[unit][0], clause: heat.value, from: `${data.columns[at][1]}-01`, to: lastDay(data.columns[at][2]) });
    }
    const link = event.target.closest?.('a[href^="#"]');
    if (!link) return null;
    const href = link.getAttribute("href");
    const row = link.closest("tr");
    const mark = link.dataset.span;
    let wanted = null;
    if (row?.closest(".clauses")) wanted = { clause: row.id.slice(1) };
    else if (row?.closest(".calendar")) wanted = { unit: data.units[+row.id.slice(1)][0], clause: heat.value };
    else if (mark) {
      const [from, to, own] = mark.split("|");
      wanted = { from, to, clause: own ? about.get($(href)).clause : "" };
    }
    if (wanted) { event.preventDefault(); return go(wanted); }
    return aim(href, event);
  });
  const aim = (hash, event) => {
    const target = /^#[fe]\d+$/.test(hash) ? $(hash) : null;
    if (!target) return;
    const own = pagers[target.closest("table").id];
    if (!own.reveal(target)) { filter({}); own.reveal(target); }
    all(".aim").forEach((row) => row.classList.remove("aim"));
    target.classList.add("aim");
    if (event) { event.preventDefault(); history.pushState(null, "", hash); }
    target.scrollIntoView({ block: "center" });
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  };

  if (findings) apply();
  if (evidence) evidence.draw();
  recall();
  aim(location.hash);
  addEventListener("hashchange", () => { recall(); aim(location.hash); });
})();
