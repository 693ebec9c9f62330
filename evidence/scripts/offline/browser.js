/** In the visitor's browser: as at build time, but a table's file is fetched when a query first names it. */
import { createTables } from './offline-tables.js';

const tables = createTables();

/** Takes the place of upstream's views over read_parquet, which need an extension from the internet. */
export async function registerTables(connection, urls, append, addBasePath) {
	/** @type {Record<string, string[]>} */
	const served = {};
	for (const source in urls) {
		served[source] = urls[source].map((url) => {
			const absolute = url.startsWith('http') || url.startsWith('/') ? url : `/${url}`;
			// SvelteKit serves the folder static/ as the root.
			return addBasePath(absolute.startsWith('/static') ? absolute.slice('/static'.length) : absolute);
		});
	}
	for (const { source, table } of tables.replace(served, append)) {
		await connection.query(`DROP TABLE IF EXISTS "${source}"."${table}";`);
	}
	for (const source in urls) await connection.query(`CREATE SCHEMA IF NOT EXISTS "${source}";`);
}

let decoder;
function parquetDecoder() {
	decoder ??= (async () => {
		const [parquet, wasm] = await Promise.all([
			import('parquet-wasm/esm/arrow1.js'),
			import('parquet-wasm/esm/arrow1_bg.wasm?url')
		]);
		await parquet.default(wasm.default);
		return parquet.readParquet;
	})();
	return decoder;
}

async function load(connection, table) {
	try {
		const [readParquet, answer] = await Promise.all([parquetDecoder(), fetch(table.url)]);
		if (!answer.ok) throw new Error(`${table.url}: HTTP ${answer.status}`);
		const rows = readParquet(new Uint8Array(await answer.arrayBuffer())).intoIPCStream();
		await connection.insertArrowFromIPCStream(rows, { schema: table.source, name: table.table, create: true });
		table.loaded = true;
	} finally {
		// A load that failed may be tried again by the next query.
		table.loading = undefined;
	}
}

/** Loads what the query names, each table once however many queries wait for it. */
export async function loadTablesFor(connection, sql) {
	await Promise.all(tables.missingFor(sql).map((table) => (table.loading ??= load(connection, table))));
}
