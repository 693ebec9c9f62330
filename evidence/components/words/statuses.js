/**
 * The closed list of statuses in words. A status never becomes a number, and colour never carries it alone:
 * every one has a word and a shape of its own.
 */
export const STATUSES = {
	published: {
		word: 'Published',
		shape: 'disc',
		tone: 'settled',
		meaning: 'The figure is final, from a return that the agency has signed off.'
	},
	provisional: {
		word: 'Provisional',
		shape: 'half',
		tone: 'open',
		meaning: 'The figure may still change: the return is not signed off yet, or a population estimate is awaited.'
	},
	low_reliability: {
		word: 'Low reliability',
		shape: 'diamond',
		tone: 'open',
		meaning: 'The figure rests on so few cases that chance alone can move it a long way. Read the count first.'
	},
	rounds_to_zero: {
		word: 'Rounds to zero',
		shape: 'dash',
		tone: 'settled',
		meaning: 'There is something to count, but less than half of the smallest step shown.'
	},
	suppressed: {
		word: 'Suppressed',
		shape: 'square',
		tone: 'withheld',
		meaning: 'Withheld so that no child can be recognised: the figure, or one that it would give away, is from 1 to 5.'
	},
	not_submitted: {
		word: 'Not submitted',
		shape: 'ring',
		tone: 'missing',
		meaning: 'The agency has sent no return for this period. This is not a zero.'
	},
	late: {
		word: 'Late',
		shape: 'triangle',
		tone: 'alert',
		meaning: 'The agency sends this return, its due date has passed, and it has not come.'
	},
	failed_quality: {
		word: 'Failed quality checks',
		shape: 'cross',
		tone: 'alert',
		meaning: 'A return came, but its figure did not pass the checks and is not shown.'
	},
	not_applicable: {
		word: 'Not applicable',
		shape: 'dash',
		tone: 'missing',
		meaning: 'The question does not arise for this period or group.'
	},
	not_available: {
		word: 'Not available',
		shape: 'dash',
		tone: 'missing',
		meaning: 'Something needed to work the figure out, such as a population estimate, is not there.'
	},
	no_comparator: {
		word: 'No comparator',
		shape: 'dash',
		tone: 'missing',
		meaning: 'No other area publishes this figure, so there is nothing to compare it with.'
	}
};

/** States of a return, which is not a figure: come, or not due yet; late and not submitted are as above. */
export const RETURN_STATUSES = {
	received: { word: 'Received', shape: 'disc', tone: 'settled', meaning: 'The return has come for the whole period.' },
	not_due: { word: 'Not due yet', shape: 'dash', tone: 'missing', meaning: 'The return has not come, and its day has not passed.' }
};

const SHOW_A_NUMBER = new Set(['published', 'provisional', 'low_reliability']);

/** Word, shape, tone and meaning of a status; one that is not in the list is shown as it stands, never hidden. */
export function statusWords(status) {
	return (
		STATUSES[status] ??
		RETURN_STATUSES[status] ?? {
			word: String(status ?? 'No status').replaceAll('_', ' '),
			shape: 'dash',
			tone: 'alert',
			meaning: 'This status is not in the list of statuses: tell the people who look after the warehouse.'
		}
	);
}

/** True when the figure may be shown as a number: its status allows it and there is a value. */
export function hasNumber(figure) {
	return Boolean(figure) && SHOW_A_NUMBER.has(figure.status) && typeof figure.value === 'number';
}
