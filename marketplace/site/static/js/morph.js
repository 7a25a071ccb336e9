/*
 * Make one element like another while keeping every node that stays: what has the focus keeps it, what is open stays
 * open, and what a person is typing is not taken away.
 */

/** @param {{keepTyped: boolean}} how - whether fields keep what was typed, or take the new value */
export function morph(old, fresh, how) {
  if (old.isEqualNode(fresh) && how.keepTyped) return;
  morphAttributes(old, fresh);
  morphChildren(old, fresh, how);
  morphValue(old, fresh, how);
}

function morphAttributes(old, fresh) {
  // A sheet or a menu that the person opened or closed stays so.
  const own = old.localName === "details" ? ["open"] : [];
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !own.includes(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !own.includes(name)) old.setAttribute(name, value);
  }
}

function morphValue(old, fresh, { keepTyped }) {
  if (!("value" in old) || !["input", "textarea", "select"].includes(old.localName)) return;
  if (old.hasAttribute("form")) return; // It belongs to another form than the one that was sent.
  if (old.type === "checkbox" || old.type === "radio") {
    if (!keepTyped || old !== document.activeElement) old.checked = fresh.checked;
  } else if (old.type !== "file" && !keepTyped) {
    old.value = fresh.value;
  }
}

/** Nodes with an id are found by it, wherever they stand; the others are taken in their order. */
function morphChildren(old, fresh, how) {
  const byId = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  const wanted = new Set([...fresh.children].map((child) => child.id));
  let place = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    while (place?.id && !wanted.has(place.id)) place = drop(place);
    const known = byId.get(child.id);
    // A field that became one of another type would keep what it held as the other.
    const kept = (known?.type === child.type ? known : null) ?? (alike(place, child) ? place : null);
    if (!kept) {
      old.insertBefore(child, place);
    } else {
      if (kept === place) place = place.nextSibling;
      else old.insertBefore(kept, place);
      if (kept.nodeType === Node.ELEMENT_NODE) morph(kept, child, how);
      else if (kept.data !== child.data) kept.data = child.data;
    }
  }
  while (place) place = drop(place);
}

function alike(place, child) {
  return place && place.nodeName === child.nodeName && !place.id && !child.id;
}

function drop(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}
