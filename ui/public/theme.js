// Runs before the first paint so that a remembered theme never flashes.
(function () {
  try {
    var theme = localStorage.getItem('tessera.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    document.documentElement.lang = localStorage.getItem('tessera.language') || 'en';
  } catch {
    // Storage may be forbidden; the system's theme is used then.
  }
})();
