'use strict';
{
  const by = (id) => document.getElementById(id);
  document.documentElement.classList.add('js');
  const chart = by('chart');
  if (chart) timeline(chart);
  const form = by('filter');
  if (form) filter(form);

  for (const button of document.querySelectorAll('.copy')) {
    button.addEventListener('click', async () => {
      const text = button.parentElement.querySelector('pre');
      let done = true;
      try {
        await navigator.clipboard.writeText(text.textContent);
      } catch {
        getSelection().selectAllChildren(text);
        done = document.execCommand('copy');
      }
      button.textContent = done ? 'Copied' : 'Press Ctrl+C';
      setTimeout(() => {
        button.textContent = 'Copy';
      }, 2000);
    });
  }

  by('download')?.addEventListener('click', ({ target }) => {
    const text = `${JSON.stringify(JSON.parse(by('report').textContent), null, 2)}\n`;
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = target.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  });

  let folded = [];
  addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('details:not([open])')];
    for (const one of folded) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of folded) one.open = false;
  });

  function filter(form) {
    const rows = [...by('rows').tBodies[0].rows].map((row) => ({
      row,
      text: row.textContent.toLowerCase(),
      kind: row.classList[0],
      wrong: row.classList.contains('wrong'),
    }));
    const apply = () => {
      const { text, wrong } = form.elements;
      const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
      const kinds = new Set([...form.querySelectorAll('[name=kind]:checked')].map(({ value }) => value));
      let shown = 0;
      for (const one of rows) {
        const fits =
          kinds.has(one.kind) && (!wrong.checked || one.wrong) && words.every((word) => one.text.includes(word));
        one.row.hidden = !fits;
        if (fits) shown++;
      }
      by('shown').textContent = `${shown} of ${rows.length}`;
    };
    form.addEventListener('input', apply);
    form.addEventListener('submit', (event) => event.preventDefault());
    // A mark of the timeline leads to its row, whatever is filtered.
    const reveal = () => {
      const row = /^#e\d+$/.test(location.hash) ? by(location.hash.slice(1)) : null;
      if (!row?.hidden) return;
      form.reset();
      apply();
      row.scrollIntoView();
    };
    addEventListener('hashchange', reveal);
    apply();
  }

  function timeline(chart) {
    const plane = chart.firstElementChild;
    const ticks = by('ticks');
    const tip = by('tip');
    const [begin, from, to, end] = ['begin', 'from', 'to', 'end'].map((name) => Number(chart.dataset[name]));
    const steps = [
      10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5,
      864e5,
    ];
    const most = Math.max(1, Math.min(5e3, (to - from) / 200));
    let zoom = 1;
    // Kept exactly: a browser rounds to whole pixels, and what is rounded away grows with every step of the zoom.
    let left = 0;
    const gutter = () => chart.querySelector('.name').offsetWidth;
    const room = () => Math.max(1, chart.clientWidth - gutter());
    const two = (n) => String(Math.floor(n)).padStart(2, '0');
    const lasts = (ms, exact) => {
      const s = exact ? Math.round(ms / 10) / 100 : Math.round(ms / 1000);
      if (s < 60) return `${s}s`;
      if (s < 3600)
        return (
          Math.floor(s / 60) +
          'm' +
          (s % 60
            ? ` ${two(s % 60)}${exact && s % 1 ? `.${String(Math.round((s % 1) * 100)).padStart(2, '0')}` : ''}s`
            : '')
        );
      return `${Math.floor(s / 3600)}h ${two((s % 3600) / 60)}m${s % 60 ? ` ${two(s % 60)}s` : ''}`;
    };
    const utc = (t, exact) => `${new Date(t).toISOString().slice(11, exact ? 22 : 19)}Z`;
    const element = (name, text, className = '') =>
      Object.assign(document.createElement(name), { textContent: text, className });

    function draw() {
      const all = room() * zoom;
      const span = (to - from) / all;
      const first = from + left * span;
      const last = first + room() * span;
      const step = steps.find((one) => one / span >= 100) ?? steps.at(-1);
      const exact = step < 1000;
      const drawn = [];
      for (
        let n = Math.max(0, Math.ceil((first - begin) / step) - 1);
        begin + n * step <= Math.min(to, last + step);
        n++
      ) {
        const tick = element('div', '', 'tick');
        tick.style.left = `${((begin + n * step - from) / (to - from)) * 100}%`;
        // The label of one at the end would be cut.
        if ((to - begin - n * step) / span > 90)
          tick.append(element('b', `+${lasts(n * step, exact)}`), element('span', utc(begin + n * step, exact)));
        drawn.push(tick);
      }
      ticks.replaceChildren(...drawn);
      by('span').textContent =
        utc(Math.max(begin, first)) +
        ' to ' +
        utc(Math.min(end, last)) +
        ', ' +
        lasts(Math.min(end, last) - Math.max(begin, first), last - first < 1e4) +
        ' shown';
      by('zoom-out').disabled = by('fit').disabled = zoom <= 1;
      by('zoom-in').disabled = zoom >= most;
    }

    function scale(next, x = room() / 2) {
      const where = (left + x) / (room() * zoom);
      zoom = Math.min(most, Math.max(1, next));
      chart.style.setProperty('--zoom', zoom);
      left = Math.max(0, Math.min(room() * (zoom - 1), where * room() * zoom - x));
      chart.scrollLeft = left;
      draw();
    }
    const inTrack = (clientX) =>
      Math.max(0, clientX - chart.getBoundingClientRect().left - chart.clientLeft - gutter());

    by('zoom-in').addEventListener('click', () => scale(zoom * 1.6));
    by('zoom-out').addEventListener('click', () => scale(zoom / 1.6));
    by('fit').addEventListener('click', () => scale(1));
    chart.addEventListener('dblclick', (event) => scale(zoom * 2, inTrack(event.clientX)));
    chart.addEventListener(
      'scroll',
      () =>
        requestAnimationFrame(() => {
          if (Math.abs(chart.scrollLeft - left) > 1) left = chart.scrollLeft;
          draw();
        }),
      { passive: true },
    );
    new ResizeObserver(draw).observe(chart);
    chart.addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
      if (ctrlKey || metaKey || altKey) return;
      if (key === '+' || key === '=') scale(zoom * 1.6);
      if (key === '-') scale(zoom / 1.6);
      if (key === '0') scale(1);
      if (key === 'Escape') tip.hidden = true;
    });
    // A page that cannot be scrolled past the timeline is a trap: the wheel alone is the timeline's only while it has the focus.
    chart.addEventListener(
      'wheel',
      (event) => {
        const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
        if (sideways || !(event.ctrlKey || event.metaKey || chart.matches(':focus-within'))) return;
        event.preventDefault();
        const lines = event.deltaMode === 0 ? 1 : 30;
        scale(zoom * Math.exp(-Math.max(-120, Math.min(120, event.deltaY * lines)) / 250), inTrack(event.clientX));
      },
      { passive: false },
    );

    let held;
    chart.addEventListener('dragstart', (event) => event.preventDefault());
    chart.addEventListener('pointerdown', (event) => {
      if (event.pointerType === 'mouse' && event.button === 0)
        held = { x: event.clientX, left: chart.scrollLeft, moved: false };
    });
    addEventListener('pointermove', (event) => {
      if (!held) return;
      const by = event.clientX - held.x;
      if (Math.abs(by) > 4) held.moved = true;
      if (!held.moved) return;
      chart.classList.add('held');
      chart.scrollLeft = held.left - by;
    });
    addEventListener('pointerup', () => {
      chart.classList.remove('held');
      setTimeout(() => {
        held = undefined;
      });
    });
    chart.addEventListener(
      'click',
      (event) => {
        if (held?.moved) event.preventDefault();
      },
      true,
    );

    const hair = element('div', '', 'hair');
    hair.hidden = true;
    plane.append(hair);
    chart.addEventListener('pointermove', (event) => {
      const x = event.clientX - chart.getBoundingClientRect().left;
      hair.hidden = x < gutter();
      hair.style.left = `${chart.scrollLeft + x}px`;
    });

    function explain(mark) {
      const id = mark.dataset.e ? `e${mark.dataset.e}` : mark.getAttribute('href').slice(1);
      const cells = [...(by(id)?.cells ?? [])].map((cell) => cell.textContent);
      const [, , , what, is, because] = cells;
      const length = (parseFloat(mark.style.width) / 100) * (to - from);
      const held = length > 0 ? `, for ${lasts(length, length < 1e4)}` : '';
      const start = begin + ((parseFloat(mark.style.left) / 100) * (to - from) - (begin - from));
      const lines =
        cells.length === 0
          ? [element('b', mark.textContent || 'left out of the table')]
          : [element('b', what + (is ? `: ${is}` : '')), element('div', because)];
      const when =
        utc(start, length < 1e4 && length > 0) +
        ' (+' +
        lasts(Math.max(0, start - begin), start - begin < 1e4) +
        ')' +
        held;
      tip.replaceChildren(...lines, element('small', when));
      tip.hidden = false;
      const box = mark.getBoundingClientRect();
      const frame = chart.getBoundingClientRect();
      const left = Math.max(box.left, frame.left + gutter());
      tip.style.left = `${Math.max(8, Math.min(innerWidth - tip.offsetWidth - 8, left))}px`;
      const below = box.bottom + 8;
      tip.style.top = `${below + tip.offsetHeight > innerHeight ? box.top - tip.offsetHeight - 8 : below}px`;
    }
    const marked = (event) => event.target.closest?.('[data-e], a[href^="#e"]');
    for (const name of ['pointerover', 'focusin']) {
      chart.addEventListener(name, (event) => {
        const mark = marked(event);
        if (mark && !held?.moved) explain(mark);
        else tip.hidden = true;
      });
    }
    for (const name of ['pointerleave', 'focusout'])
      chart.addEventListener(name, () => {
        tip.hidden = true;
      });
    draw();
  }
}
