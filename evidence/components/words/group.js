/** What one cause makes several of, told once. Pure functions over the rows of a page's queries. */

/**
 * Agreed exceptions as groups of rows, in their order. A return that has not come leaves several indicators without a
 * figure: where all that the group agreed about them is alike too, they are one group. Any other stands alone.
 */
export function gatheredExceptions(rows, feedsOf) {
	const groups = new Map();
	for (const row of rows) {
		const key = row.rule_code === 'no_figure' ? JSON.stringify(alike(row, feedsOf(row))) : row.exception_id;
		if (!groups.has(key)) groups.set(key, []);
		groups.get(key).push(row);
	}
	return [...groups.values()];
}

/** What an exception says behind the name of its indicator: 'There is no figure (late).' */
export function commonReason(row) {
	const said = row.reason.split(': ').at(-1);
	return said.charAt(0).toUpperCase() + said.slice(1);
}

function alike(row, feeds) {
	return [
		commonReason(row), [...feeds].sort(), row.area_code, row.period_type, row.period_end, row.is_still_so,
		row.decision_reason, row.commentary, row.action, row.action_owner, row.due_on, row.decided_on, row.decided_by_role
	]; // prettier-ignore
}
