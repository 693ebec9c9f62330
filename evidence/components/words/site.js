/** Where things are on the site. A page that is not built is never linked to: the build would stop at a dead link. */

export function indicatorPage(code) {
	return `/indicators/${code.toLowerCase()}/`;
}

/** Whether the site has a page at `href` ('/priorities/neglect/'), by Evidence's own manifest of pages. */
export function isBuilt(manifest, href) {
	let node = manifest;
	for (const part of href.split('/').filter(Boolean)) node = node?.children?.[part];
	return Boolean(node?.isPage);
}
