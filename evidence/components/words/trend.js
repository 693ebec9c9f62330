/**
 * What a control chart says of a figure, in words and shapes; how its points, limits and breaks lie side by side.
 * Nothing here judges: limits, special causes and signals are columns of fct_indicator_trend.
 */
import { day, figureText, notJudged, number, periodLabel, unitText } from './format.js';
import { hasNumber, statusWords } from './statuses.js';

/** What a signal means by the indicator's polarity. A neutral one has no good or bad side and no colour of either. */
export const SIGNALS = {
	improvement: { word: 'Improvement', shape: 'star', tone: 'good', meaning: 'better than its own past, beyond chance' },
	concern: { word: 'Concern', shape: 'diamond', tone: 'bad', meaning: 'worse than its own past, beyond chance' },
	high: {
		word: 'High',
		shape: 'up',
		tone: 'neutral',
		meaning: 'higher than its own past, beyond chance, which is neither good nor bad in itself'
	},
	low: {
		word: 'Low',
		shape: 'down',
		tone: 'neutral',
		meaning: 'lower than its own past, beyond chance, which is neither good nor bad in itself'
	}
};

/** The rules by which a point is told from chance, as seeds/trend_parameters.csv sets them. */
export const RULES = {
	outside_limits: 'it lies outside the limits',
	trend: 'one of 7 in a row that rise or fall',
	two_of_three: 'one of 2 in 3 that lie near the same limit',
	shift: 'one of 7 in a row on the same side of the centre line'
};

export const ASSURANCES = {
	consistently_meets: 'The limits lie on the good side of the target: it is met unless something changes.',
	consistently_fails: 'The limits lie on the bad side of the target: it is missed unless something changes.',
	hit_and_miss: 'The target lies between the limits: it is met in some periods and missed in others, by chance.'
};

const METHODS = {
	xmr: 'XmR chart: the limits come from how much one period differs from the next',
	p_chart: 'P chart: the limits come from the number of cases, and widen where there are few',
	u_chart: 'U chart: the limits come from the number of cases, and widen where there are few',
	run_chart: 'Run chart: the points and their median, no limits'
};

export function methodWords(method, hasMedian = true) {
	return method === 'run_chart' && !hasMedian ? 'Run chart: the points alone' : (METHODS[method] ?? '');
}

function key(row) {
	return [
		row.indicator_code, row.definition_version, row.area_code, row.period_type, row.period_end, row.breakdown,
		row.breakdown_value
	].join('|'); // prettier-ignore
}

/** Figures, oldest first, each with its row of fct_indicator_trend as `trend`, or null. */
export function withTrend(figures, trends) {
	const byKey = new Map(trends.map((trend) => [key(trend), trend]));
	return figures.map((figure) => ({ ...figure, trend: byKey.get(key(figure)) ?? null }));
}

/** Whether the chart can tell this figure from chance: it has a number and both limits or one of them. */
export function hasLimits(trend) {
	return Boolean(trend) && [trend.lower_limit, trend.upper_limit].some((limit) => typeof limit === 'number');
}

/** The special cause of a figure that is shown; of one that is not, nothing is said. */
export function signalOf(figure) {
	return hasNumber(figure) ? (SIGNALS[figure.trend?.signal] ?? null) : null;
}

/** What the control chart says of one figure, in a sentence; why it says nothing where it does not. */
export function stateWords(figure) {
	const trend = figure?.trend;
	if (!hasNumber(figure)) return '';
	const signal = signalOf(figure);
	if (signal) return `${signal.word}: ${signal.meaning} (${RULES[trend.special_cause] ?? 'a rule of the chart'}).`;
	if (hasLimits(trend) && !/no signals/.test(trend.note ?? '')) {
		return 'No special cause: it moves within its usual range.';
	}
	return trend?.note ?? 'Not judged by a control chart.';
}

/** The same in two or three words, for a row of a table. */
export function stateShort(figure) {
	if (!hasNumber(figure)) return '';
	const signal = signalOf(figure);
	if (signal) return signal.word;
	return hasLimits(figure.trend) && !/no signals/.test(figure.trend.note ?? '') ? 'Usual range' : 'Not judged';
}

/** One point as it is read out: period, figure, status, special cause. */
export function pointWords(figure, indicator) {
	const label = `${periodLabel(figure)}, ${indicator.time_behaviour === 'stock' ? 'at' : 'to'} ${day(figure.period_end)}`;
	const status = statusWords(figure.status).word.toLowerCase();
	if (!hasNumber(figure)) return `${label}: no number, ${status}.`;
	const shown = [figureText(figure, indicator), unitText(indicator)].filter(Boolean).join(' ').replace(' %', '%');
	const unjudged = notJudged(figure);
	return `${label}: ${shown}, ${status}. ${unjudged ? `${unjudged}. ` : ''}${stateWords(figure)}`.trim();
}

/**
 * Round ticks that hold every value; from nought, unless all values lie in the upper half and `mayCut`, which a chart
 * without limits may not: without them nothing says how large a change is. { ticks, isCut }.
 */
export function scale(values, mayCut = true) {
	const known = values.filter((value) => typeof value === 'number');
	const highest = Math.max(...known, known.length ? -Infinity : 1);
	const lowest = Math.min(...known, known.length ? Infinity : 0);
	const isCut = mayCut && lowest > 0 && lowest > highest / 2 && highest > lowest;
	const bottom = isCut ? lowest : 0;
	const rough = ((highest > bottom ? highest : bottom + 1) - bottom) / 4;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough - 1e-12);
	const first = Math.floor(bottom / step + 1e-9);
	const last = Math.max(first + 1, Math.ceil(highest / step - 1e-9));
	return { ticks: Array.from({ length: last - first + 1 }, (_, at) => round((first + at) * step)), isCut: first > 0 };
}

function round(value) {
	return Number(value.toPrecision(12));
}

/**
 * Neighbouring points that are judged by one line: { points, kind } of each stretch with the same baseline, version and
 * a centre line. A change of either, and a period that has no line, begins another.
 */
export function stretches(points) {
	const found = [];
	for (const point of points) {
		const trend = point.figure.trend;
		const isDrawn = trend && typeof trend.centre_line === 'number';
		const last = found.at(-1);
		if (!isDrawn) {
			if (last) last.isClosed = true;
			continue;
		}
		const same =
			last &&
			!last.isClosed &&
			last.baseline === trend.baseline_id &&
			last.points.at(-1).figure.definition_version === point.figure.definition_version;
		if (same) last.points.push(point);
		else found.push({ baseline: trend.baseline_id, points: [point], isClosed: false });
	}
	return found.map(({ points }) => points);
}

/** Where a definition or a baseline changes, between two points: [{ at: index of the first point after it, words }]. */
export function breaks(points) {
	const found = [];
	for (let at = 1; at < points.length; at += 1) {
		const [before, here] = [points[at - 1].figure, points[at].figure];
		if (before.definition_version !== here.definition_version) {
			found.push({ at, words: `definition ${here.definition_version} begins`, reason: '' });
		} else if (before.trend && here.trend && before.trend.baseline_id !== here.trend.baseline_id) {
			found.push({ at, words: 'new baseline', reason: here.trend.baseline_reason ?? '' });
		}
	}
	return found;
}

/** Neighbouring special causes of one kind, to be named once: [{ points, signal }]. */
export function signalRuns(points) {
	const found = [];
	let last = null;
	for (const point of points) {
		const signal = signalOf(point.figure);
		if (!signal) last = null;
		else if (last && last.signal === signal) last.points.push(point);
		else found.push((last = { signal, points: [point] }));
	}
	return found;
}

/** Neighbouring periods without a number, for the same reason: [{ points, status }]. */
export function gapRuns(points) {
	const found = [];
	let last = null;
	for (const point of points) {
		if (hasNumber(point.figure)) last = null;
		else if (last && last.status === point.figure.status) last.points.push(point);
		else found.push((last = { status: point.figure.status, points: [point] }));
	}
	return found;
}

/** Targets that stand in the rows, newest first, each once: [{ trend, from, to }] with the first and last period. */
export function targets(figures) {
	const found = [];
	for (const figure of figures) {
		const trend = figure.trend;
		if (typeof trend?.target_value !== 'number') continue;
		const last = found.at(-1);
		if (last && last.trend.target_value === trend.target_value && last.trend.target_set_on === trend.target_set_on) {
			last.to = figure;
			last.trend = trend;
		} else found.push({ trend, from: figure, to: figure });
	}
	return found.reverse();
}

/** 'Target: at most 426 days, set by the Department for Education on 14 January 2014' and for which periods. */
export function targetWords({ trend, from, to }, indicator) {
	const direction = { at_least: 'at least', at_most: 'at most' }[trend.target_direction] ?? '';
	const size = [number(trend.target_value, indicator.decimals), unitText(indicator)].filter(Boolean).join(' ');
	const span = from === to ? periodLabel(from) : `${periodLabel(from)} to ${periodLabel(to)}`;
	return `${direction} ${size}, set by ${trend.target_set_by ?? 'nobody on record'} on ${day(trend.target_set_on)}, for ${span}`.trim();
}

/** What the whole chart says, for a reader who cannot see it. */
export function chartSummary(rows, indicator, pace) {
	const shown = rows.filter(hasNumber);
	if (!shown.length) return `${indicator.display_name} ${pace}: no figure can be shown.`;
	const at = indicator.time_behaviour === 'stock' ? 'at' : 'in the period to';
	const say = (row) => `${figureText(row, indicator)} ${at} ${day(row.period_end)}`;
	const low = shown.reduce((a, b) => (b.value < a.value ? b : a));
	const high = shown.reduce((a, b) => (b.value > a.value ? b : a));
	const special = shown.filter(signalOf);
	const kinds = [...new Set(special.map((row) => signalOf(row).word.toLowerCase()))];
	const judged = shown.some((row) => hasLimits(row.trend));
	const hidden = gapRuns(rows.map((figure) => ({ figure }))).map(({ status, points }) => {
		const word = statusWords(status).word.toLowerCase();
		const [first, last] = [points[0].figure, points.at(-1).figure];
		return points.length === 1
			? `${word} ${at} ${day(first.period_end)}`
			: `${word} in ${points.length} periods from ${day(first.period_end)} to ${day(last.period_end)}`;
	});
	return [
		`${indicator.display_name} ${pace}: ${shown.length} ${shown.length === 1 ? 'figure' : 'figures'}, from ${say(shown[0])} to ${say(shown.at(-1))}.`,
		shown.length > 1 ? `Lowest ${say(low)}, highest ${say(high)}.` : '',
		special.length
			? `${special.length} ${special.length === 1 ? 'point is a special cause' : 'points are special causes'} (${kinds.join(', ')}).`
			: judged
				? 'No point is a special cause.'
				: '',
		hidden.length ? `Without a number: ${hidden.join(', ')}.` : '',
		shown.some(notJudged) ? 'In some periods not all cases could be judged.' : ''
	]
		.filter(Boolean)
		.join(' ');
}

/** What a sparkline shows, for a reader who cannot see it: its ends and how many special causes. */
export function sparkWords(series, indicator) {
	const shown = series.filter(hasNumber);
	if (!shown.length) return '';
	const at = indicator.time_behaviour === 'stock' ? 'at' : 'to';
	const say = (row) => `${figureText(row, indicator)} ${at} ${day(row.period_end)}`;
	const special = shown.filter(signalOf).length;
	const ends = shown.length > 1 ? `From ${say(shown[0])} to ${say(shown.at(-1))}` : say(shown[0]);
	return `${ends}, ${special} special ${special === 1 ? 'cause' : 'causes'}`;
}

/** 'High is good' and the like; a neutral indicator is read, never rated. */
export function polarityWords(indicator) {
	return (
		{
			H: { short: 'Up is good', long: 'A higher figure is better.' },
			L: { short: 'Down is good', long: 'A lower figure is better.' }
		}[indicator.polarity] ?? {
			short: 'Read it, do not rate it',
			long: 'Neither a high nor a low figure is good in itself, so it is never coloured or ranked.'
		}
	);
}
