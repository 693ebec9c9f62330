/** At `evidence build` (Node, synchronous): parquet is decoded by parquet-wasm and goes to duckdb-wasm as Arrow. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createTables } from './offline-tables.js';

const { readParquet } = createRequire(import.meta.url)('parquet-wasm/node/arrow1.js');
const tables = createTables();

/** Takes the place of upstream's views over read_parquet, which need an extension from the internet. */
export function registerTables(connection, urls, append) {
	for (const { source, table } of tables.replace(urls, append)) {
		connection.query(`DROP TABLE IF EXISTS "${source}"."${table}";`);
	}
	for (const source in urls) connection.query(`CREATE SCHEMA IF NOT EXISTS "${source}";`);
}

/** Loads what the query names. Throws when a parquet file is missing or cannot be read. */
export function loadTablesFor(connection, sql) {
	for (const table of tables.missingFor(sql)) {
		const file = table.url.split(/[\\/]/).join(path.sep);
		const rows = readParquet(new Uint8Array(readFileSync(file))).intoIPCStream();
		connection.insertArrowFromIPCStream(rows, { schema: table.source, name: table.table, create: true });
		table.loaded = true;
	}
}
