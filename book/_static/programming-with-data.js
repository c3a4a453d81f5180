// Blocks that are too wide for the page scroll; the keyboard must be able to reach them.
(() => {
  const wide = 'pre, .formula, .cell_output .output, ' +
    '.pst-scrollable-table-container';
  const mark = (element) => {
    if (element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight) {
      element.tabIndex = 0;
    } else {
      element.removeAttribute('tabindex');
    }
  };
  const observer = new ResizeObserver((entries) => entries.forEach((e) => mark(e.target)));
  const watch = () => document.querySelectorAll(wide).forEach((e) => observer.observe(e));
  window.addEventListener('load', watch);
})();

// Paper is white: whatever the screen shows, a page is printed in its light colours.
(() => {
  const root = document.documentElement;
  let onScreen;
  const light = () => {
    if (onScreen === undefined) {
      onScreen = root.dataset.theme;
      root.dataset.theme = 'light';
    }
  };
  const back = () => {
    if (onScreen !== undefined) {
      root.dataset.theme = onScreen;
      onScreen = undefined;
    }
  };
  window.addEventListener('beforeprint', light);
  window.addEventListener('afterprint', back);
  window.matchMedia('print').addEventListener('change', (e) => e.matches ? light() : back());
})();

// What a link points to may lie in a folded solution: unfold it.
(() => {
  const unfold = () => {
    const target = document.querySelector(':target');
    const folded = target?.parentElement.closest('.toggle-hidden');
    if (folded) {
      folded.querySelector('button.toggle-button').click();
      target.scrollIntoView();
    }
  };
  window.addEventListener('hashchange', unfold);
  window.addEventListener('load', unfold);
})();

// A table whose head sorts its rows: each column once up, once down; empty cells last.
(() => {
  const key = (row, column) => {
    const text = row.cells[column].innerText.trim();
    const number = parseFloat(text.replace(/^[^\d.-]+|,/g, ''));
    return { text, number, none: text === '' };
  };
  const compare = (a, b) => isNaN(a.number) || isNaN(b.number)
    ? a.text.localeCompare(b.text) : a.number - b.number;
  const sort = (table, head) => {
    const down = head.ariaSort === 'ascending';
    for (const one of head.parentElement.cells) one.removeAttribute('aria-sort');
    head.ariaSort = down ? 'descending' : 'ascending';
    const rows = [...table.tBodies[0].rows].map((row) => [key(row, head.cellIndex), row]);
    rows.sort(([a], [b]) => a.none - b.none || (down ? compare(b, a) : compare(a, b)));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  };
  window.addEventListener('DOMContentLoaded', () => {
    for (const table of document.querySelectorAll('table.sortable')) {
      for (const head of table.tHead.rows[0].cells) {
        if (head.innerText === 'Over seeds') continue;
        const button = document.createElement('button');
        button.type = 'button';
        button.append(...head.firstElementChild.childNodes);
        head.firstElementChild.append(button);
        button.addEventListener('click', () => sort(table, head));
      }
    }
  });
})();

// The contents tick the chapters whose practice exam was passed, as this browser has kept it.
(() => {
  const tick = '<span class="exam-tick" role="img" aria-label="practice exam passed">✓</span>';
  const mark = () => {
    for (const link of document.querySelectorAll('.bd-links a.internal, .chapter-card-title a')) {
      const [chapter] = link.pathname.match(/[^/]+\/[^/]+?(?=(\.html)?$)/) || [];
      link.querySelector('.exam-tick')?.remove();
      try {
        if (localStorage[`exam passed: ${chapter}`]) link.insertAdjacentHTML('beforeend', tick);
      } catch { /* it may keep nothing */ }
    }
  };
  window.addEventListener('pageshow', mark);
  window.addEventListener('storage', mark);
})();

// The script of a practice exam is fetched when the reader comes near.
(() => {
  const exam = document.querySelector('.exam[data-src]');
  if (!exam) return;
  new IntersectionObserver(([{ isIntersecting }], observer) => {
    if (!isIntersecting) return;
    observer.disconnect();
    document.head.append(Object.assign(document.createElement('script'), { src: exam.dataset.src }));
  }, { rootMargin: '800px' }).observe(exam);
})();
