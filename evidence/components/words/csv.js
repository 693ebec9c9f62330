/** Figures as a CSV file: what the page shows and no more, dates in ISO form, no cell that a spreadsheet would run. */
import { hasNumber } from './statuses.js';

const COLUMNS = [
	'indicator_code', 'definition_version', 'indicator', 'unit', 'area_code', 'period_type', 'period_label',
	'period_start', 'period_end', 'breakdown', 'breakdown_value', 'numerator', 'denominator', 'value',
	'cases_not_assessable', 'status', 'status_reason', 'finality', 'data_as_at', 'population_release', 'release_id',
	'is_synthetic'
]; // prettier-ignore

/** A number as it is; text in quotes where it must be, and never as the beginning of a formula. */
export function cell(value) {
	if (value === null || value === undefined) return '';
	if (typeof value === 'number') return String(value);
	let text = String(value);
	if (/^[=+\-@\t\r]/.test(text)) text = `'${text}`;
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The file's text. Value, numerator and denominator are there only where the page shows a number. */
export function figuresCsv(figures, indicators, release) {
	const lines = figures.map((figure) => {
		const indicator = indicators.find(
			(one) =>
				one.indicator_code === figure.indicator_code && one.definition_version === figure.definition_version
		);
		const shown = hasNumber(figure);
		const row = {
			...figure,
			indicator: indicator?.display_name,
			unit: indicator?.unit === 'rate' ? `per ${indicator.multiplier}` : indicator?.unit,
			numerator: shown ? figure.numerator : null,
			denominator: shown ? figure.denominator : null,
			value: shown ? figure.value : null,
			cases_not_assessable: shown ? figure.cases_not_assessable : null,
			release_id: release?.release_id,
			is_synthetic: release ? String(release.is_synthetic) : ''
		};
		return COLUMNS.map((name) => cell(row[name])).join(',');
	});
	return [COLUMNS.join(','), ...lines].join('\r\n') + '\r\n';
}
