/**
 * What a reader has chosen on a page, kept in its address: a link to it and the back button bring it back.
 * Only the address is changed, so nothing is loaded again.
 */

/** The choice that an address tells, by name; what is not in it is empty. */
export function chosenIn(search, names) {
	const asked = new URLSearchParams(search ?? '');
	return Object.fromEntries(names.map((name) => [name, asked.get(name) ?? '']));
}

/** The part of an address behind the page's path that tells a choice; what is empty is left out. */
export function addressOf(choice, hash = '') {
	const told = new URLSearchParams(Object.entries(choice).filter(([, value]) => value)).toString();
	return `${told ? `?${told}` : ''}${hash}`;
}
