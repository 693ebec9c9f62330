/**
 * What the pages of a meeting say in words: actions and their days, judgements, returns by period, what moved.
 * Pure functions over the rows of the page's queries; nothing here works a figure out.
 */
import { gathered } from './board.js';
import { day, number, periodLabel, unitText } from './format.js';
import { hasNumber, statusWords } from './statuses.js';

/** The priorities in the framework's order, each with its page. */
export const PRIORITY_PAGES = {
	neglect: '/priorities/neglect/',
	domestic_abuse: '/priorities/domestic-abuse/',
	child_sexual_exploitation: '/priorities/child-sexual-exploitation/',
	self_harm_and_suicide: '/priorities/self-harm-and-suicide/'
};

/** What an assessment can find, by priority: companions of S01. */
export const ASSESSMENT_FACTORS = {
	neglect: 'S01d',
	domestic_abuse: 'S01e',
	child_sexual_exploitation: 'S01f',
	self_harm_and_suicide: 'S01g'
};

/**
 * The state of an action on the day of the release (ISO text): { state, words }. No return tells whether an action has
 * been done, so "overdue" says that its day has passed, and no more.
 */
export function actionState(exception, asOf) {
	if (!exception.action) return { state: 'none', words: 'No action is recorded.' };
	if (!exception.due_on) return { state: 'undated', words: 'No day is set for it.' };
	const due = day(exception.due_on);
	const today = String(asOf ?? '').slice(0, 10);
	if (today && exception.due_on < today) return { state: 'overdue', words: `Overdue: its day was ${due}.` };
	if (exception.due_on === today) return { state: 'due', words: `Due on the day of this release, ${due}.` };
	return { state: 'open', words: `Due on ${due}.` };
}

/** Whether the day of an action had passed. No return tells whether it was done. */
export function isOverdue(exception, asOf) {
	return actionState(exception, asOf).state === 'overdue';
}

/** Agreed exceptions with those whose action is overdue first, then by severity, day due and when they were agreed. */
export function inOrder(exceptions, asOf) {
	const late = (row) => (isOverdue(row, asOf) ? 0 : 1);
	const weight = (row) => ['high', 'medium', 'low'].indexOf(row.severity);
	return [...exceptions].sort(
		(a, b) =>
			late(a) - late(b) ||
			weight(a) - weight(b) ||
			(a.due_on ?? '9').localeCompare(b.due_on ?? '9') ||
			b.decided_on.localeCompare(a.decided_on) ||
			a.exception_id.localeCompare(b.exception_id)
	);
}

/** Whether the rule that proposed an exception still holds for that period; nothing where that may not be told. */
export function stillSo(exception) {
	if (exception.is_still_so === true) return 'By the figures of this release it is still so.';
	if (exception.is_still_so === false) return 'By the figures of this release it is no longer so.';
	return '';
}

const AGAINST = {
	better: { word: 'Better than England', tone: 'good', mark: '▲' },
	worse: { word: 'Worse than England', tone: 'bad', mark: '▼' },
	similar: { word: 'Similar to England', tone: 'plain', mark: '=' },
	higher: { word: 'Higher than England', tone: 'plain', mark: '↑' },
	lower: { word: 'Lower than England', tone: 'plain', mark: '↓' }
};

/**
 * How a measure lies to England: { word, tone, mark, detail }. `compared` is the row of dim_indicator of the measure
 * that is compared in its place (of a count, its rate). Without a judgement the word says so, and detail says why.
 */
export function againstEngland(measure, compared) {
	const found = AGAINST[measure.significance_england];
	if (!hasNumber(measure)) return { word: 'No figure to compare', tone: 'none', mark: '–', detail: '' };
	if (!found) {
		return { word: 'Not compared', tone: 'none', mark: '–', detail: measure.significance_england_reason ?? '' };
	}
	const chance = measure.significance_england === 'similar' ? 'no further apart than chance allows' : 'beyond chance';
	if (typeof measure.england_value !== 'number' || !compared) return { ...found, detail: chance };
	const unit = unitText(compared);
	const value = `${number(measure.england_value, compared.decimals)}${unit === '%' ? '%' : unit ? ` ${unit}` : ''}`;
	const which = measure.comparison_code === measure.indicator_code ? '' : `, as ${compared.display_name.toLowerCase()}`;
	return { ...found, detail: `${chance}; England ${value}${which}, ${day(measure.comparator_period_end)}` };
}

const SIGNALS = {
	concern: { word: 'Changed for the worse', tone: 'bad', mark: '▼' },
	improvement: { word: 'Changed for the better', tone: 'good', mark: '▲' },
	high: { word: 'Higher than its own past', tone: 'plain', mark: '↑' },
	low: { word: 'Lower than its own past', tone: 'plain', mark: '↓' }
};
const CAUSES = {
	outside_limits: 'outside the range of its own past',
	trend: 'seven in a row one way',
	two_of_three: 'two of three near the edge of its own past',
	shift: 'seven in a row on one side of its average'
};

/** What the control chart says of a measure's figure: { word, tone, mark, detail }. */
export function ownPast(measure) {
	if (!hasNumber(measure)) return { word: 'No figure to judge', tone: 'none', mark: '–', detail: '' };
	const note = measure.trend_note ?? '';
	if (!measure.chart_method || measure.chart_method === 'run_chart' || measure.chart_method === 'none') {
		return { word: 'Not judged', tone: 'none', mark: '–', detail: note };
	}
	const found = SIGNALS[measure.signal];
	if (!found) return { word: 'Within its usual range', tone: 'plain', mark: '=', detail: note };
	const cause = CAUSES[measure.special_cause] ?? String(measure.special_cause ?? '').replaceAll('_', ' ');
	return { ...found, detail: [cause, note].filter(Boolean).join('. ') };
}

/** What stands in place of a trend without a number: nothing came, all is withheld, or why there is none. */
export function withoutTrend(rows) {
	if (!rows.length) return 'No return has been received yet, so there is no trend to show.';
	const statuses = [...new Set(rows.map((row) => row.status))];
	if (statuses.length === 1 && statuses[0] === 'suppressed') {
		return 'Every figure so far is withheld so that no child can be recognised, so no trend is shown.';
	}
	return `No period has a number so far (${statuses.map((status) => statusWords(status).word.toLowerCase()).join(', ')}), so there is no trend to show.`;
}

/** A rule's severity in a word. */
export const SEVERITIES = { high: 'High', medium: 'Medium', low: 'Low' };

const CADENCES = {
	month: 'Each month',
	quarter: 'Each quarter',
	term: 'Each term',
	academic_year: 'Each school year',
	calendar_year: 'Each calendar year',
	financial_year: 'Each financial year',
	january_census: 'Each January'
};
const SHOWN = { month: 12, quarter: 8 };

/** How often a return comes. */
export function cadenceName(periodType) {
	return CADENCES[periodType] ?? String(periodType).replaceAll('_', ' ');
}

/**
 * The returns of an area by how often they come: [{ periodType, name, ends, feeds: [{ supplier, feed, feed_name, cells }] }].
 * `ends` are the last periods that have ended, oldest first; `cells` one row of fct_feed_status a period, or null. A feed
 * with a late return comes first, then one that has never been sent.
 */
export function returnsGrid(feedStatus, asOf) {
	const rows = feedStatus.filter((row) => !row.is_annual_final && row.period_end <= asOf);
	const order = ['month', 'quarter', 'term'];
	const rank = (type) => (order.includes(type) ? order.indexOf(type) : order.length);
	const types = [...new Set(rows.map((row) => row.period_type))].sort(
		(a, b) => rank(a) - rank(b) || a.localeCompare(b)
	);
	return types.map((periodType) => {
		const here = rows.filter((row) => row.period_type === periodType);
		const ends = [...new Set(here.map((row) => row.period_end))].sort().slice(-(SHOWN[periodType] ?? 5));
		const feeds = [...new Set(here.map((row) => `${row.supplier}/${row.feed}`))].map((key) => {
			const mine = here.filter((row) => `${row.supplier}/${row.feed}` === key);
			const cells = ends.map((end) => mine.find((row) => row.period_end === end) ?? null);
			const { supplier, feed, feed_name } = mine[0];
			return { supplier, feed, feed_name, cells };
		});
		const worst = ({ cells }) => {
			const statuses = cells.map((cell) => cell?.status);
			return statuses.includes('late') ? 0 : statuses.includes('not_submitted') ? 1 : 2;
		};
		feeds.sort((a, b) => worst(a) - worst(b) || a.feed_name.localeCompare(b.feed_name));
		const labels = ends.map((end) => here.find((row) => row.period_end === end));
		return { periodType, name: cadenceName(periodType), ends, labels, feeds };
	});
}

/**
 * What is due and has not come, each run of periods for one reason taken together, the newest first:
 * [{ supplier, feed, feed_name, status, first, last, reason, isFinal }].
 */
export function gaps(feedStatus, asOf) {
	const missing = feedStatus.filter((row) => row.due_date <= asOf);
	const keys = [...new Set(missing.map((row) => `${row.supplier}/${row.feed}/${row.is_annual_final}`))];
	const found = keys.flatMap((key) => {
		const mine = missing
			.filter((row) => `${row.supplier}/${row.feed}/${row.is_annual_final}` === key)
			.sort((a, b) => a.period_end.localeCompare(b.period_end));
		return gathered(mine)
			.filter(({ last }) => last.status === 'late' || last.status === 'not_submitted')
			.map(({ first, last }) => {
				const { supplier, feed, feed_name, status } = last;
				return { supplier, feed, feed_name, status, first, last, reason: last.status_reason, isFinal: last.is_annual_final };
			});
	});
	const kind = (gap) => (gap.status === 'late' ? 0 : 1);
	return found.sort((a, b) => kind(a) - kind(b) || b.last.period_end.localeCompare(a.last.period_end));
}

/** The periods of a gap in words: 'Quarter 1 2017/18' or 'April 2012 to March 2014'. */
export function gapPeriods({ first, last }) {
	return first === last ? periodLabel(last) : `${periodLabel(first)} to ${periodLabel(last)}`;
}

/** A change with its sign, which no reader takes for a figure: '+3', '−1.2'. */
export function signed(amount, decimals) {
	const size = number(Math.abs(amount), decimals);
	return amount < 0 ? `−${size}` : `+${size}`;
}

const LAYERS = {
	raw: 'As received',
	quarantine: 'Set aside',
	ops: 'Registered',
	staging: 'Read and put in order',
	reference: 'Reference lists',
	intermediate: 'Children’s histories',
	marts: 'Figures',
	board: 'What the Board is shown'
};
const ENGINES = {
	contract: 'agreed form of the return',
	soda: 'agreed form and content',
	dbt: 'rules of the figures',
	reconciliation: 'nothing lost on the way',
	attack: 'nobody can be worked out'
};

/** A layer of the warehouse, and a kind of check, for readers who are no engineers. */
export function layerName(layer) {
	return LAYERS[layer] ?? String(layer).replaceAll('_', ' ');
}
export function engineName(engine) {
	return ENGINES[engine] ?? String(engine).replaceAll('_', ' ');
}

/** Definitions that have more than one version, oldest first: [{ code, name, versions: [row of dim_indicator] }]. */
export function changedDefinitions(indicators) {
	const codes = [...new Set(indicators.map((row) => row.indicator_code))];
	return codes
		.map((code) => {
			const versions = indicators
				.filter((row) => row.indicator_code === code)
				.sort((a, b) => a.valid_from.localeCompare(b.valid_from));
			return { code, name: versions.at(-1).display_name, versions };
		})
		.filter(({ versions }) => versions.length > 1)
		.sort((a, b) => b.versions.at(-1).valid_from.localeCompare(a.versions.at(-1).valid_from) || a.code.localeCompare(b.code));
}

/** Whether a definition's text holds what a reader looks for; every word must be there somewhere. */
export function matches(indicator, wanted) {
	const text = [
		indicator.indicator_code, indicator.display_name, indicator.framework_name, indicator.heading_name,
		indicator.numerator_definition, indicator.denominator_definition, indicator.exclusions, indicator.status_note
	].join(' ').toLowerCase(); // prettier-ignore
	return wanted.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
