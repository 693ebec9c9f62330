/** Numbers, dates and names as a reader in England writes them. Dates come and go as ISO text: no time zone. */
import { hasNumber, statusWords } from './statuses.js';

const MONTHS = [
	'January', 'February', 'March', 'April', 'May', 'June',
	'July', 'August', 'September', 'October', 'November', 'December'
]; // prettier-ignore

export function number(value, decimals = 0) {
	const places = Number(decimals ?? 0);
	return value.toLocaleString('en-GB', { minimumFractionDigits: places, maximumFractionDigits: places });
}

/** '2017-03-31' or '2017-03-31 09:00:00' -> '31 March 2017'; nothing -> ''. */
export function day(iso) {
	if (!iso) return '';
	const [year, month, date] = iso.slice(0, 10).split('-').map(Number);
	return `${date} ${MONTHS[month - 1]} ${year}`;
}

/** '2017-03-31' -> 'Mar 2017', for an axis. */
export function monthAndYear(iso) {
	const [year, month] = iso.split('-').map(Number);
	return `${MONTHS[month - 1].slice(0, 3)} ${year}`;
}

/** The moment or stretch of time that a figure speaks of: a stock stands at a day, a flow runs through the period. */
export function when(figure, indicator) {
	if (indicator.time_behaviour === 'stock') return `at ${day(figure.period_end)}`;
	return `${day(figure.period_start)} to ${day(figure.period_end)}`;
}

/** The name of a figure's period: 'Year 2016/17' or '2016/17 Q4'; for a stock in a table of years, '31 March 2017'. */
export function periodName(figure, indicator) {
	if (!figure) return '';
	if (indicator.time_behaviour === 'stock') return day(figure.period_end);
	return periodLabel(figure);
}

/** dim_period's label; a year says that it is one, so that it is not taken for a quarter beside it. */
export function periodLabel(figure) {
	const label = figure.period_label ?? day(figure.period_end);
	return figure.period_type === 'financial_year' && /^\d/.test(label) ? `Year ${label}` : label;
}

/** The figure as a number, or else its status in words. */
export function figureText(figure, indicator) {
	return hasNumber(figure) ? number(figure.value, indicator.decimals) : statusWords(figure?.status).word;
}

/** The first clause of a definition, for a card; the whole of it stands under "What this figure means". */
export function firstClause(definition) {
	const clause = String(definition ?? '').split(/:\s|\.\s/, 1)[0];
	return clause && !clause.endsWith('.') ? `${clause}.` : clause;
}

/** What stands behind the number, small: 'per 10,000', '%', 'days', or nothing for a count. */
export function unitText(indicator) {
	if (indicator.unit === 'rate') return `per ${number(indicator.multiplier)}`;
	return { percent: '%', days: 'days' }[indicator.unit] ?? '';
}

/** '287 of 62,012' behind a rate or percentage; nothing where a part is withheld or there is no denominator. */
export function parts(figure) {
	if (!hasNumber(figure) || typeof figure.numerator !== 'number' || typeof figure.denominator !== 'number') return '';
	return `${number(figure.numerator)} of ${number(figure.denominator)}`;
}

const FEEDS = {
	'childrens_social_care/ssda903': 'Looked after children return (SSDA903)',
	'childrens_social_care/cin_census': 'Children in need census',
	'published/population': 'Mid-year population estimates',
	'marac/cases': 'MARAC cases',
	'health/camhs': 'CAMHS referrals'
};
const SUPPLIERS = {
	childrens_social_care: "Children's social care",
	published: 'Office for National Statistics',
	marac: 'MARAC coordinator'
};

function humanised(code) {
	const words = String(code ?? '').replaceAll('_', ' ');
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The name of a return: 'Children in need census'. */
export function feedName(supplier, feed) {
	return FEEDS[`${supplier}/${feed}`] ?? humanised(feed);
}

/** Who sends it: "Children's social care". */
export function supplierName(supplier) {
	return SUPPLIERS[supplier] ?? humanised(supplier);
}

/** A breakdown's own name: 'age_band' -> 'By age band'. */
export function breakdownName(breakdown) {
	return `By ${String(breakdown).replaceAll('_', ' ')}`;
}
