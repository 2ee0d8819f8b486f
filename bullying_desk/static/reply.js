/* Helps staff while they write a reply: a beginning is put in where the cursor stands, and a sentence of more than 12
   words is named, because a child would not understand it. Nothing leaves the device. */
(function () {
  'use strict';
  var LIMIT = 12;

  // A word holds a letter or digit of any script; dashes and quotation marks (U+2000 to U+2BFF) alone are none.
  function words(sentence) {
    return sentence.split(/\s+/).filter(function (part) { return /[0-9A-Za-z\u00C0-\u1FFF\u2C00-\uFFFF]/.test(part); }).length;
  }

  function verdict(text, hint) {
    var sentences = text.split(/[.!?:;…]+["“”»)]*(?:\s+|$)|\n+/).filter(words);
    if (!sentences.length) return '';
    for (var i = 0; i < sentences.length; i++) {
      var count = words(sentences[i]);
      if (count > LIMIT) return hint.dataset.long.replace('{n}', i + 1).replace('{w}', count);
    }
    return hint.dataset.good;
  }

  document.querySelectorAll('[data-start]').forEach(function (link) {
    var field = document.getElementById(link.dataset.startFor);
    if (field) link.addEventListener('click', function (event) {
      var before = field.value.slice(0, field.selectionStart);
      event.preventDefault();
      field.setRangeText((before && !/\s$/.test(before) ? '\n\n' : '') + link.dataset.start, field.selectionStart, field.selectionEnd, 'end');
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.focus();
    });
  });

  document.querySelectorAll('[data-easy]').forEach(function (field) {
    var hint = document.getElementById(field.id + '-easy');
    if (!hint) return;
    var timer = 0;
    function show() {
      var found = verdict(field.value, hint);
      if (hint.textContent !== found) hint.textContent = found;
    }
    field.addEventListener('input', function () {
      clearTimeout(timer);
      timer = setTimeout(show, 600); // a screen reader is not to speak at every key
    });
    show();
  });
})();
