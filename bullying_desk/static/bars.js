/* The view before a print: where a pressed word stands again, its bar follows the check box. Stores and sends nothing. */
(function () {
  'use strict';
  document.addEventListener('change', function (event) {
    if (event.target.name !== 'weg') return;
    document.querySelectorAll('label.press[for="' + event.target.id + '"]').forEach(function (label) {
      label.classList.toggle('on', event.target.checked);
    });
  });
})();
