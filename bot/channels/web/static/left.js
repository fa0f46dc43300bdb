// Whoever left the chat on a shared phone leaves nothing in it: neither what was written nor the last page.
"use strict";
try { sessionStorage.clear(); } catch (_) { /* forbidden */ }
if (window.caches) caches.keys().then((names) => names.forEach((name) => caches.delete(name))).catch(() => { /* forbidden */ });
