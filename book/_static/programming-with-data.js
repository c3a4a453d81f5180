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
