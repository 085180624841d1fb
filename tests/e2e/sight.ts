/** What belongs on one screen, by its place in a panel or on the page; names come back of what is not wholly in sight. */
export const inSight = `(async (slot) => {
  const article = document.querySelector('article.panel[data-slot="' + slot + '"]');
  const parts = {
    cell: article.querySelector('[role="gridcell"][aria-selected="true"]'),
    overlay: article.querySelector('[data-view="overlay"] canvas'),
    scale: article.querySelector('[data-view="overlay"] .legend'),
    words: article.querySelector('[data-view="words"] [data-token]'),
    direction: article.querySelector('[data-view="direction"]'),
    verdict: article.querySelector('[data-view="verdict"]'),
    score: article.querySelector('header dl'),
    word: document.querySelector('[data-word][aria-pressed="true"]'),
    drawer: document.querySelector('.drawer [role="tablist"]'),
    about: document.querySelector('.drawer [data-about]'),
  };
  const missing = Object.keys(parts).filter((name) => !parts[name] && name !== 'word');
  const seen = new Map();
  await new Promise((done) => {
    const found = Object.values(parts).filter(Boolean);
    const observer = new IntersectionObserver((entries) => {
      for (const { target, intersectionRatio } of entries) seen.set(target, intersectionRatio);
      if (seen.size === found.length) done();
    });
    for (const part of found) observer.observe(part);
  });
  return [...missing, ...Object.keys(parts).filter((name) => parts[name] && seen.get(parts[name]) < 0.99)];
})`;
