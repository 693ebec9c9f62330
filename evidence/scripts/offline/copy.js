/** At `evidence sources`: native DuckDB writes the parquet file, as duckdb-wasm has no parquet writer of its own. */
import { DuckDBInstance } from '@duckdb/node-api';

/** Runs one COPY statement and closes what it opened. */
export async function copyNatively(statement) {
	const database = await DuckDBInstance.create(':memory:');
	const connection = await database.connect();
	try {
		await connection.run(statement);
	} finally {
		connection.disconnectSync();
		database.closeSync();
	}
}
