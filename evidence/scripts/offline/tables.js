/**
 * The published tables by name, and whether DuckDB holds their rows yet: a table is loaded when a query first names it.
 */

/** @typedef {{ source: string, table: string, url: string, loaded: boolean, loading?: Promise<void> }} Table */

export function createTables() {
	/** @type {Map<string, Table>} */
	const tables = new Map();

	return {
		/**
		 * Take the files of a manifest ({ source: [".../table.parquet"] }) in; with `append`, beside those known.
		 * Returns the tables whose rows DuckDB must drop, because they were replaced or are gone.
		 */
		replace(urls, append = false) {
			/** @type {Table[]} */
			const stale = [];
			if (!append) {
				stale.push(...[...tables.values()].filter((table) => table.loaded));
				tables.clear();
			}
			for (const source in urls) {
				for (const url of urls[source]) {
					const table = url.split(/[\\/]/).at(-1).slice(0, -'.parquet'.length);
					const key = `${source}.${table}`;
					const known = tables.get(key);
					if (known?.loaded) stale.push(known);
					tables.set(key, { source, table, url, loaded: false });
				}
			}
			return stale;
		},

		/** Tables that a query may read and DuckDB does not hold: whole words of the SQL, so it may be one too many. */
		missingFor(sql) {
			const all = /information_schema|duckdb_(tables|columns|views)|show\s+(all\s+)?tables/i.test(sql);
			const words = new Set(sql.toLowerCase().match(/[a-z0-9_]+/g));
			return [...tables.values()].filter(
				(table) => !table.loaded && (all || words.has(table.table.toLowerCase()))
			);
		}
	};
}
