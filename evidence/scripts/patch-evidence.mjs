/**
 * Makes Evidence's query engine work with no internet at all. Runs after every `npm install`.
 *
 * Stock Evidence has no parquet inside duckdb-wasm: it fetches an extension at `evidence sources`, at `evidence build`
 * and in every visitor's browser; offline the first two hang for ever. Patched, sources are written by native DuckDB,
 * and build and browser decode parquet with parquet-wasm (a dependency already) and hand Arrow to duckdb-wasm.
 *
 * And it writes once what a build wrote thousands of times: which queries a page runs, anew for every query.
 *
 * Our code is in scripts/offline/ and is copied beside upstream's, which only gets the calls. Every edit starts from
 * upstream's own text, kept beside the file as *.upstream: running it again, or an improved patch, gives the same as
 * a first run. It throws, and changes nothing, when a package has another version or another text than it was
 * written for.
 *
 * Usage: node patch-evidence.mjs [folder that holds node_modules]
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const WRITTEN_FOR = {
	'@evidence-dev/universal-sql': '3.0.1',
	'@duckdb/duckdb-wasm': '1.32.0',
	'@duckdb/node-api': '1.5.6-r.1',
	'parquet-wasm': '0.5.0'
};
const MARK = '/* patched by scripts/patch-evidence.mjs */';

const OWN_FILES = {
	'offline/copy.js': 'src/offline-copy.js',
	'offline/tables.js': 'src/client-duckdb/offline-tables.js',
	'offline/node.js': 'src/client-duckdb/offline-node.js',
	'offline/browser.js': 'src/client-duckdb/offline-browser.js'
};

const OLD_CASTING = `await connection.query('SET old_implicit_casting = true;');`;
const NO_EXTENSIONS = `${OLD_CASTING}

		// Offline: never look for an extension on the internet; say which one is missing instead.
		await connection.query('SET autoload_known_extensions = false;');
		await connection.query('SET autoinstall_known_extensions = false;');`;

/** Per file: [upstream's text, ours]. A pair of anchors as the first element stands for all from the first to the second. */
const EDITS = {
	'src/build-parquet.js': [
		[`import chunk from 'lodash.chunk';`, `import chunk from 'lodash.chunk';\nimport { copyNatively } from './offline-copy.js';`],
		[`import { emptyDbFs, initDB, query } from './client-duckdb/node.js';\n`, ``],
		[`	await initDB();\n`, ``],
		[`	await query(copy);\n`, `	await copyNatively(copy);\n`],
		[`	await emptyDbFs('*');\n`, ``]
	],
	'src/client-duckdb/node.js': [
		[`import { withTimeout } from './both.js';`, `import { withTimeout } from './both.js';\nimport { loadTablesFor, registerTables } from './offline-node.js';`],
		[`import path, { dirname, resolve } from 'path';`, `import { dirname, resolve } from 'path';`],
		[`	DuckDBDataProtocol,\n`, ``],
		[OLD_CASTING, NO_EXTENSIONS],
		[
			['export async function setParquetURLs', '/**\n * Queries the database'],
			`export async function setParquetURLs(urls, append = false) {\n	registerTables(connection, urls, append);\n}\n\n`
		],
		[`		result = connection.query(sql);`, `		loadTablesFor(connection, sql);\n		result = connection.query(sql);`]
	],
	'src/client-duckdb/browser.js': [
		[`} from '@duckdb/duckdb-wasm';`, `} from '@duckdb/duckdb-wasm';\nimport { loadTablesFor, registerTables } from './offline-browser.js';`],
		[`	DuckDBDataProtocol,\n`, ``],
		[OLD_CASTING, NO_EXTENSIONS],
		[
			['export async function setParquetURLs', '/**\n * Queries the database'],
			`export async function setParquetURLs(urls, { append, addBasePath = (x) => x } = {}) {
	try {
		if (!db) await initDB();
		await registerTables(connection, urls, append, addBasePath);
		resolveTables();
	} catch (e) {
		rejectTables(e);
		console.error('The tables of the dashboard could not be registered', e);
		throw e;
	}
}

`
		],
		[`	const res = await connection.query(sql)`, `	await loadTablesFor(connection, sql);\n	const res = await connection.query(sql)`]
	],
	// For every query of every page upstream reads and writes three files that hold all of the page's, twice over, as each
	// page is rendered twice. Of these a built site needs one, and it only where a query is new.
	'src/cache-duckdb.js': [
		[`	const double_cache_path = getCacheFolder(route_hash, additional_hash);
`, `	if (prerendering) {
		list_for_page(\`\${prerender_path}/api/\${route_hash}/\${additional_hash}/all-queries.json\`, query_name, ipc_table_hash);
		return;
	}
	const double_cache_path = getCacheFolder(route_hash, additional_hash);
`],
		[`/**
 * Caches DuckDB queries that have been executed during SSR`, `/**
 * Per file that lists the queries of a page: query name to the hash of its result
 * @type {Map<string, Record<string, string>>}
 */
const listed = new Map();

/** Writes the list of a page's queries where it changes by this one. */
function list_for_page(path, query_name, ipc_table_hash) {
	const queries = listed.get(path) ?? {};
	if (queries[query_name] === ipc_table_hash) return;
	queries[query_name] = ipc_table_hash;
	listed.set(path, queries);
	writeToPossiblyNonexistentFile(path, JSON.stringify(queries));
}

/**
 * Caches DuckDB queries that have been executed during SSR`]
	],
	// Upstream gives up after 5 s, which a busy machine needs just to start the engine.
	'src/client-duckdb/both.js': [[`5000)`, `60000)`]]
};

function edited(file, upstream) {
	let text = upstream;
	for (const [from, to] of EDITS[file]) {
		const anchors = Array.isArray(from) ? from : [from];
		for (const anchor of anchors) {
			if (text.split(anchor).length !== 2) {
				throw new Error(`${file}: expected exactly one of:\n${anchor}\nThe patch was written for another text.`);
			}
		}
		const start = text.indexOf(anchors[0]);
		const end = anchors.length === 2 ? text.indexOf(anchors[1]) : start + anchors[0].length;
		if (end <= start) throw new Error(`${file}: "${anchors[1]}" was expected after "${anchors[0]}".`);
		text = text.slice(0, start) + to + text.slice(end);
	}
	return `${MARK}\n${text}`;
}

/** Upstream's own text of a file, whether or not it is patched by now. */
function upstreamText(file) {
	const text = fs.readFileSync(file, 'utf8');
	if (!text.startsWith(MARK)) return text;
	if (fs.existsSync(`${file}.upstream`)) return fs.readFileSync(`${file}.upstream`, 'utf8');
	throw new Error(`${file} is patched, but upstream's text is gone: remove node_modules and install again.`);
}

function main(root) {
	const modules = path.join(root, 'node_modules');
	for (const [name, expected] of Object.entries(WRITTEN_FOR)) {
		const { version } = JSON.parse(fs.readFileSync(path.join(modules, name, 'package.json'), 'utf8'));
		if (version !== expected) {
			throw new Error(`${name} is ${version}; this patch was written for ${expected}. Pin it, or look the patch through.`);
		}
	}
	const scripts = path.dirname(fileURLToPath(import.meta.url));
	const universalSql = path.join(modules, '@evidence-dev/universal-sql');
	// All texts first, so that a file which does not fit leaves every file as it was.
	const texts = Object.keys(EDITS).map((file) => {
		const upstream = upstreamText(path.join(universalSql, file));
		return { file: path.join(universalSql, file), upstream, patched: edited(file, upstream) };
	});
	for (const [own, copy] of Object.entries(OWN_FILES)) {
		fs.copyFileSync(path.join(scripts, own), path.join(universalSql, copy));
	}
	for (const { file, upstream, patched } of texts) {
		fs.writeFileSync(`${file}.upstream`, upstream);
		fs.writeFileSync(file, patched);
	}
	console.log(`Evidence now works without the internet: ${texts.length} files of universal-sql patched.`);
}

main(path.resolve(process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '..')));
