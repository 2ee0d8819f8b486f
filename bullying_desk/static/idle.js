/* A child's conversation does not stay readable on a phone that was put down: when the session is over, and nothing was
   touched as long, the page leaves. Words that are typed and not sent stay in their form; all else goes. Nothing is
   stored or sent. */
(function () {
  'use strict';
  var me = document.currentScript.dataset, root = document.documentElement;
  var most = Number(me.idle) * 1000 + 2000, last = Date.now(), covered = false, LOOK = 5000; // ms; the server counts in seconds

  function typed() {
    return Array.prototype.filter.call(document.querySelectorAll('main textarea, main input[type=text]'), function (field) {
      return !field.readOnly && field.tabIndex >= 0 && field.value.trim() !== '';
    })[0];
  }

  function over() {
    var field = typed(), main = document.querySelector('main');
    window.dispatchEvent(new Event('quiet')); // nothing is read aloud any more
    if (!field) {
      root.classList.add('away'); // nothing is to be seen while the next page loads
      document.title = ' ';
      location.replace(me.idleTo);
      return;
    }
    covered = true;
    while (main.firstChild) main.removeChild(main.firstChild);
    main.appendChild(field.form);
  }

  function look() {
    if (Date.now() - last >= most && !covered && !root.classList.contains('away')) over();
  }

  ['input', 'pointerdown', 'keydown', 'scroll'].forEach(function (name) {
    document.addEventListener(name, function () {
      look(); // a phone that slept has run no clock
      last = Date.now();
    }, { capture: true, passive: true });
  });
  setInterval(look, LOOK);
  document.addEventListener('visibilitychange', look);
})();
