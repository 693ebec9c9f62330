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

/** '2017-03-31 09:00:00' -> '31 Mar 2017', for a narrow cell. */
export function dayShort(iso) {
	return iso ? `${Number(iso.slice(8, 10))} ${monthAndYear(iso.slice(0, 7))}` : '';
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

/**
 * The first clause of a definition, for a card; the whole of it stands under "What this figure means". What stands within
 * brackets belongs to the clause, with its colons and full stops.
 */
export function firstClause(definition) {
	const text = String(definition ?? '');
	let depth = 0;
	let end = text.length;
	for (let at = 0; at < text.length; at += 1) {
		if (text[at] === '(') depth += 1;
		else if (text[at] === ')') depth = Math.max(0, depth - 1);
		else if (!depth && /[:.]/.test(text[at]) && /\s/.test(text[at + 1] ?? '')) {
			end = at;
			break;
		}
	}
	const clause = text.slice(0, end);
	return clause && !clause.endsWith('.') ? `${clause}.` : clause;
}

/** What stands behind the number, small: 'per 10,000', '%', 'days', or nothing for a count. */
export function unitText(indicator) {
	if (indicator.unit === 'rate') return `per ${number(indicator.multiplier)}`;
	return { percent: '%', days: 'days' }[indicator.unit] ?? '';
}

/**
 * What stands behind a figure: '287 of 62,012' for a rate or share, '30 cases' for an average (whose numerator is days);
 * nothing where a part is withheld or there is no denominator.
 */
export function parts(figure, indicator) {
	if (!hasNumber(figure) || typeof figure.numerator !== 'number' || typeof figure.denominator !== 'number') return '';
	if (['mean', 'median'].includes(indicator?.measure_type)) return `${number(figure.denominator)} ${figure.denominator === 1 ? 'case' : 'cases'}`;
	return `${number(figure.numerator)} of ${number(figure.denominator)}`;
}

/** '12 more cases could not be judged', where a figure leaves out cases that the returns cannot decide; else nothing. */
export function notJudged(figure) {
	return hasNumber(figure) && figure.cases_not_assessable > 0 ? `${number(figure.cases_not_assessable)} more ${figure.cases_not_assessable === 1 ? 'case' : 'cases'} could not be judged` : '';
}

/** How a series runs, after the name of its indicator: 'by quarter'. */
export function rhythm(periodType) {
	return (
		{
			financial_year: 'by year',
			academic_year: 'by academic year',
			calendar_year: 'by calendar year',
			rolling_12_months: '12 months to each quarter’s end',
			rolling_4_quarters: '4 quarters to each quarter’s end',
			rolling_36_months: '36 months to each quarter’s end',
			january_census: 'at each January census'
		}[periodType] ?? `by ${String(periodType).replaceAll('_', ' ')}`
	);
}

/** The page of a heading of the framework. */
export const HEADING_PAGES = { R: '/risk/', A: '/agencies/', S: '/right-service/', W: '/welfare/' };

const SUPPLIERS = {
	childrens_social_care: "Children's social care",
	published: 'Office for National Statistics',
	marac: 'MARAC coordinator'
};

/** A code as words: 'agency_silent' -> 'Agency silent'. */
export function humanised(code) {
	const words = String(code ?? '').replaceAll('_', ' ');
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The name of a return: 'Children in need census'. A row that carries none is called by its code. */
export function feedName(row) {
	return row.feed_name ?? humanised(row.feed);
}

/** Who sends it: "Children's social care". */
export function supplierName(supplier) {
	return SUPPLIERS[supplier] ?? humanised(supplier);
}

const BREAKDOWNS = {
	missing_from: 'By where they went missing from',
	age_band_national: 'By national age band'
};

/** A breakdown's own name: 'age_band' -> 'By age band'. */
export function breakdownName(breakdown) {
	return BREAKDOWNS[breakdown] ?? `By ${String(breakdown).replaceAll('_', ' ')}`;
}
