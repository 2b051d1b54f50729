
'use strict';
const search = document.getElementById('search');
const rows = [...document.querySelectorAll('#all tbody tr')];
const texts = rows.map(row => row.textContent.toLowerCase());
search.addEventListener('input', () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(word => word);
  let found = 0;
  rows.forEach((row, i) => {
    row.hidden = !words.every(word => texts[i].includes(word));
    found += row.hidden ? 0 : 1;
  });
  document.getElementById('found').textContent = words.length ? found + ' found' : '';
});
