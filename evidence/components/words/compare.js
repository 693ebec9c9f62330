/**
 * How a figure stands beside the region, England and the neighbours, in words. Whether it does is a column of
 * fct_indicator_comparison; where there is nothing to compare with, the reason is one too.
 */
import { day, number, unitText } from './format.js';
import { hasNumber } from './statuses.js';

export const OUTCOMES = {
	better: { word: 'Better', phrase: 'better than', tone: 'good' },
	worse: { word: 'Worse', phrase: 'worse than', tone: 'bad' },
	similar: { word: 'Similar', phrase: 'similar to', tone: 'plain' },
	higher: { word: 'Higher', phrase: 'higher than', tone: 'plain' },
	lower: { word: 'Lower', phrase: 'lower than', tone: 'plain' }
};

/** 'Worse than England, beyond chance'; of a neutral indicator no side is good: 'Lower than England, beyond chance'. */
export function outcomeWords(outcome, than) {
	const known = OUTCOMES[outcome];
	if (!known) return '';
	const sentence = `${known.phrase} ${than}`;
	const start = sentence.charAt(0).toUpperCase() + sentence.slice(1);
	return outcome === 'similar' ? `${start}: no difference beyond chance` : `${start}, beyond chance`;
}

function isHeadline(row, code, area) {
	return row.indicator_code === code && row.area_code === area && row.breakdown === 'total';
}

/** Rows of one indicator that have a published figure of others beside them, newest first. */
export function comparable(comparisons, code, area) {
	return comparisons
		.filter((row) => isHeadline(row, code, area) && row.comparator_status === 'published')
		.sort((a, b) => b.period_end.localeCompare(a.period_end) || a.period_type.localeCompare(b.period_type));
}

const OTHER_PERIODS = 'Figures of other authorities are not published for periods of this kind.';

/** Why nobody can be compared with: the reason of the newest row, or a better one than that its periods are too short. */
export function noComparatorReason(comparisons, code, area) {
	const reasons = comparisons
		.filter((row) => isHeadline(row, code, area) && row.comparator_reason)
		.sort((a, b) => b.period_end.localeCompare(a.period_end))
		.map((row) => row.comparator_reason);
	return reasons.find((reason) => reason !== OTHER_PERIODS) ?? reasons[0] ?? 'No figure of another authority is to hand.';
}

/** The definition that a comparison is made in: of a count, its rate. */
export function comparedIndicator(indicators, row) {
	return indicators.find(
		(one) => one.indicator_code === row.comparison_code && one.definition_version === row.comparison_version
	);
}

/** '46 per 10,000', '19.9%', '426 days' */
export function sized(value, indicator) {
	if (typeof value !== 'number') return '';
	return [number(value, indicator.decimals), unitText(indicator)].filter(Boolean).join(' ').replace(' %', '%');
}

const STATUS_OF_OTHERS = {
	suppressed: 'withheld by its publisher',
	not_available: 'not published',
	not_applicable: 'does not apply',
	low_reliability: 'published, but known to be wrong',
	rounds_to_zero: 'rounds to zero'
};

/**
 * Everyone in a comparison, us first: [{ key, name, value, text, outcome, words, shape }]. `value` is null where there
 * is none, and `text` says why.
 */
export function standings(row, compared, names = {}) {
	const region = names.region ?? 'the region';
	const ours = typeof row.comparison_value === 'number';
	const other = (value, status) => sized(value, compared) || (STATUS_OF_OTHERS[status] ?? 'no figure');
	const neighbours = row.neighbours_with_value;
	const of = neighbours ? `${neighbours} ${neighbours === 1 ? 'neighbour has' : 'neighbours have'} a figure` : 'no neighbour has a figure';
	return [
		{
			key: 'ours', name: names.area ?? 'Ours', value: row.comparison_value, shape: 'disc',
			text: ours ? sized(row.comparison_value, compared) : 'withheld or not there', words: ''
		},
		{
			key: 'england', name: 'England', value: row.england_value, shape: 'diamond',
			text: other(row.england_value, row.england_status), outcome: row.significance_england,
			words: outcomeWords(row.significance_england, 'England') || (row.significance_england_reason ?? '')
		},
		{
			key: 'region', name: names.region ?? 'Region', value: row.region_value, shape: 'square',
			text: other(row.region_value, row.region_status), outcome: row.significance_region,
			words: outcomeWords(row.significance_region, region) || (row.significance_region_reason ?? '')
		},
		{
			key: 'mean', name: 'Neighbours, mean', value: row.neighbour_mean, shape: 'up',
			text: sized(row.neighbour_mean, compared) || 'no figure', words: of
		},
		{
			key: 'median', name: 'Neighbours, median', value: row.neighbour_median, shape: 'down',
			text: sized(row.neighbour_median, compared) || 'no figure', words: of
		}
	].map((one) => ({ ...one, value: typeof one.value === 'number' ? one.value : null })); // prettier-ignore
}

/** Rank and quartile, or why there are none. */
export function rankWords(row) {
	if (typeof row.area_rank === 'number' && row.areas_ranked) {
		const quartile = row.quartile ? `, quartile ${row.quartile}` : '';
		return `Rank ${row.area_rank} of ${row.areas_ranked} authorities (1 is best)${quartile} (A is best).`;
	}
	return row.rank_reason ?? 'No rank and no quartile.';
}

const LISTS = [
	'January', 'February', 'March', 'April', 'May', 'June',
	'July', 'August', 'September', 'October', 'November', 'December'
]; // prettier-ignore

/** Where the others' figures come from, of which period, and which list of neighbours is meant. */
export function sourceWords(row) {
	const [year, month] = (row.neighbour_list ?? '').split('-');
	const list = month ? ` Neighbours: the list of ${LISTS[Number(month) - 1]} ${year}.` : '';
	const period = row.comparator_period_end ? `, period to ${day(row.comparator_period_end)}` : '';
	const note = row.comparator_reason ? ` ${row.comparator_reason}` : '';
	return `Figures of others: ${row.comparator_release ?? row.comparator_source ?? 'no source on record'}${period}.${list}${note}`;
}

/** 'Up from 261 to 290', 'Down from 84.3% to 80.1%', 'Unchanged at 13'; nothing where either is not shown. */
export function changeWords(value, before, indicator) {
	if (typeof value !== 'number' || typeof before !== 'number') return '';
	// As they are shown: a move smaller than the last place would read "up from 46 to 46".
	const [here, there] = [sized(value, indicator), sized(before, indicator)];
	if (here === there) return `Unchanged at ${here}`;
	return `${value > before ? 'Up' : 'Down'} from ${there} to ${here}`;
}

/** '17 more than a year before (87, a final figure)' of two figures of one definition; nothing where either is not shown. */
export function yearOnYear(figure, before, indicator) {
	if (!hasNumber(figure) || !hasNumber(before)) return '';
	const [up, down] = indicator.unit === 'count' ? ['more', 'fewer'] : ['higher', 'lower'];
	const by = figure.value - before.value;
	const size = number(Math.abs(by), indicator.decimals);
	const alike = number(figure.value, indicator.decimals) === number(before.value, indicator.decimals);
	const moved = alike ? 'The same as a year before' : `${size} ${by > 0 ? up : down} than a year before`;
	const settled = figure.finality === before.finality ? '' : `, a ${before.finality} figure`;
	return `${moved} (${number(before.value, indicator.decimals)}${settled})`;
}

/** The number alone, where its unit stands above: '46', '19.9'; nothing where there is none. */
export function bare(value, indicator) {
	return typeof value === 'number' ? number(value, indicator.decimals) : '';
}

/** The newest row that a verdict was reached for; where there is none, the newest. */
export function bestRow(rows) {
	return rows.find((row) => OUTCOMES[row.significance_england] || OUTCOMES[row.significance_region]) ?? rows[0] ?? null;
}

/**
 * The newest comparison of an indicator with England up to a period's end, short, for a row of a table:
 * { outcome, detail }. `detail` says what was compared in which period; it is empty where nobody publishes the figure.
 */
export function besideEngland(comparisons, indicators, code, area, upTo) {
	const row = bestRow(comparable(comparisons, code, area).filter((one) => !upTo || one.period_end <= upTo));
	if (!row) return { outcome: null, detail: '' };
	const compared = comparedIndicator(indicators, row);
	const period = row.period_label ?? day(row.period_end);
	const outcome = OUTCOMES[row.significance_england] ? row.significance_england : null;
	if (!outcome || !compared) return { outcome: null, detail: `${period}: ${row.significance_england_reason ?? 'no verdict'}` };
	return {
		outcome,
		// Beside a count, a share without its sign would be read as one.
		detail: `${compared.unit === 'percent' ? sized(row.comparison_value, compared) : bare(row.comparison_value, compared)} against ${sized(row.england_value, compared)}, ${period}`
	};
}
