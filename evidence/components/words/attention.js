/**
 * Why an indicator of the overview asks for a look, in words. Nothing here judges: signals, comparisons, statuses and what
 * the MEE group agreed are columns of the board tables.
 */
import { headline } from './board.js';
import { OUTCOMES } from './compare.js';
import { isOverdue } from './meeting.js';
import { hasNumber, statusWords } from './statuses.js';
import { signalOf } from './trend.js';

const CHANGED = {
	Improvement: '',
	Concern: 'changed for the worse, beyond chance',
	High: 'higher than its own past, beyond chance',
	Low: 'lower than its own past, beyond chance'
};

/** What is meant by it, for the head of a list. */
export const ATTENTION =
	'An indicator needs attention where the MEE group has agreed an exception about it, where its figure has changed beyond chance (other than for the better), where it is worse than England beyond chance, or where its figure is late or failed its checks.';

/**
 * The reasons for one entry of overview() with its `series` and `beside`, each a few words; an empty list where there is
 * none. `agreed` are the exceptions that the MEE group has agreed for the area.
 */
export function reasonsToLook(entry, agreed, asOf) {
	const { indicator, figure, series, beside } = entry;
	const judged = (series ?? []).find((row) => row.period_end === figure?.period_end);
	// What is no longer so asks for a look only while its action is overdue.
	const mine = agreed.filter(
		(row) => row.indicator_code === indicator.indicator_code && (row.is_still_so !== false || isOverdue(row, asOf))
	);
	const overdue = mine.some((row) => isOverdue(row, asOf));
	return [
		mine.length ? (overdue ? 'agreed exception, its action overdue' : 'agreed exception') : '',
		['late', 'failed_quality'].includes(figure?.status) ? statusWords(figure.status).word.toLowerCase() : '',
		judged && hasNumber(figure) ? (CHANGED[signalOf(judged)?.word] ?? '') : '',
		beside?.outcome && OUTCOMES[beside.outcome].tone === 'bad' ? 'worse than England, beyond chance' : ''
	].filter(Boolean);
}

/** '3 of 11 need attention', 'None of 11 needs attention' */
export function attentionWords(count, all) {
	if (!count) return `None of ${all} needs attention`;
	return `${count} of ${all} ${count === 1 ? 'needs' : 'need'} attention`;
}

/**
 * What of the figures read beside a headline asks for a look, by name, for the line that stays when they are folded; ''
 * where nothing does. `entries` are [{ indicator, rows }], `rows` one series each with its `trend`.
 */
export function besideWords(entries) {
	return entries
		.map(({ indicator, rows }) => {
			const { figure, late } = headline(rows);
			const said = [
				figure && hasNumber(figure) ? CHANGED[signalOf(figure)?.word] : '',
				figure?.status === 'failed_quality' ? statusWords('failed_quality').word.toLowerCase() : '',
				late.length ? statusWords('late').word.toLowerCase() : ''
			].filter(Boolean);
			return said.length ? `${indicator.display_name}: ${said.join('; ')}` : '';
		})
		.filter(Boolean)
		.join('. ');
}
