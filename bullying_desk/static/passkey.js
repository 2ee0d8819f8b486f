/* Passkeys: asks this device and puts its answer into the page's own form, which is then sent. Stores nothing. */
(function () {
  'use strict';
  if (!window.PublicKeyCredential || !navigator.credentials) return; // the one-time code stays
  function bytes(text) {
    return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), function (sign) { return sign.charCodeAt(0); });
  }
  function text(buffer) {
    var signs = Array.from(new Uint8Array(buffer), function (one) { return String.fromCharCode(one); }).join('');
    return btoa(signs).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  }
  function say(form, what) {
    var place = form.querySelector('[data-passkey-said]');
    place.textContent = what ? place.dataset[what] : '';
  }
  function output(found) {
    var said = found.getClientExtensionResults().prf;
    return said && said.results && said.results.first ? text(said.results.first) : '';
  }
  function asked(options, alone) {
    options.challenge = bytes(options.challenge);
    options.extensions = alone ? { prf: { eval: { first: bytes(options.prf) } } } : {};
    return options;
  }
  function answer(found) {
    var kept = {};
    ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'].forEach(function (name) {
      if (found.response[name]) kept[name] = text(found.response[name]);
    });
    return JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response: kept, clientExtensionResults: {} });
  }
  function send(form, found, prf) {
    form.elements.passkey.value = answer(found);
    if (form.elements.prf) form.elements.prf.value = prf;
    form.dataset.answered = '';
    if (form.requestSubmit) form.requestSubmit(); else form.submit();
  }

  document.querySelectorAll('[data-passkeys]').forEach(function (row) {
    row.hidden = false;
    row.querySelectorAll('button').forEach(function (button) {
      var form = button.form, alone = button.dataset.passkey === 'alone';
      button.addEventListener('click', function () {
        if (!alone && form.elements.password.value === '') return form.requestSubmit ? form.requestSubmit() : form.submit();
        button.disabled = true;
        say(form, '');
        fetch(row.dataset.passkeys, { method: 'POST' }).then(function (said) { return said.json(); }).then(function (options) {
          return navigator.credentials.get({ publicKey: asked(options, alone) });
        }).then(function (found) {
          var prf = alone ? output(found) : '';
          button.disabled = false;
          if (alone && !prf) return say(form, 'notAlone');
          if (alone) form.elements.password.value = '';
          send(form, found, prf);
        }).catch(function () { button.disabled = false; say(form, 'failed'); });
      });
    });
  });

  document.querySelectorAll('form[data-passkey-new]').forEach(function (form) {
    form.addEventListener('submit', function (event) {
      if ('answered' in form.dataset || form.elements.name.value.trim() === '') return;
      event.preventDefault();
      say(form, '');
      var options = JSON.parse(form.dataset.passkeyNew), alone = form.elements.alone.checked, made;
      options.user.id = bytes(options.user.id);
      options.excludeCredentials.forEach(function (one) { one.id = bytes(one.id); });
      navigator.credentials.create({ publicKey: asked(options, alone) }).then(function (found) {
        made = found;
        var said = found.getClientExtensionResults().prf;
        if (!alone || !said || !said.enabled || output(found)) return found;
        // Some devices compute nothing while they make a passkey: ask the new one once.
        return navigator.credentials.get({ publicKey: {
          challenge: options.challenge, rpId: options.rp.id, userVerification: 'required',
          allowCredentials: [{ type: 'public-key', id: found.rawId }], extensions: options.extensions
        } });
      }).then(function (found) { send(form, made, alone ? output(found) : ''); }).catch(function (error) {
        say(form, error.name === 'InvalidStateError' ? 'known' : 'failed'); // the device excludes what it has already
      });
    });
  });
})();
