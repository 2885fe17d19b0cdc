export const id = 272;
export const ids = [272];
export const modules = {

/***/ 272:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  main: () => (/* binding */ main_main)
});

// EXTERNAL MODULE: ./build/connect.js + 4 modules
var connect = __webpack_require__(513);
// EXTERNAL MODULE: ./build/core/problem.js
var problem = __webpack_require__(9341);
// EXTERNAL MODULE: ./build/core/report.js
var report = __webpack_require__(4486);
// EXTERNAL MODULE: ./build/github/ending.js
var ending = __webpack_require__(6299);
// EXTERNAL MODULE: ./build/github/mask.js
var github_mask = __webpack_require__(216);
// EXTERNAL MODULE: ./build/github/runner.js
var runner = __webpack_require__(6806);
// EXTERNAL MODULE: ./build/github/state.js + 1 modules
var state = __webpack_require__(9901);
// EXTERNAL MODULE: ./build/perform.js + 21 modules
var perform = __webpack_require__(3763);
// EXTERNAL MODULE: ./build/core/failure.js
var failure = __webpack_require__(8624);
// EXTERNAL MODULE: ./build/core/outcome.js
var core_outcome = __webpack_require__(9058);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/core/duration.js
var core_duration = __webpack_require__(1420);
;// CONCATENATED MODULE: ./build/github/outputs.js






/** The names of all outputs, in the order of action.yml. */
const outputNames = [
    'outcome',
    'service-intact',
    'task-definition-arn',
    'previous-task-definition-arn',
    'service-arn',
    'deployment-id',
    'canary-task-arn',
    'started-at',
    'finished-at',
    'duration',
    'report',
];
/** What a report says in outputs; what is not known is absent. `duration` is in seconds. */
function outputsOf(report, reportPath) {
    return {
        outcome: report.outcome.is,
        'service-intact': String(report.outcome.serviceIntact),
        ...report.facts,
        'started-at': new Date(report.startedAt).toISOString(),
        'finished-at': new Date(report.finishedAt).toISOString(),
        duration: String(Math.round((report.finishedAt - report.startedAt) / core_duration/* second */.Rc)),
        ...(reportPath === undefined ? {} : { report: reportPath }),
    };
}
/** Sets every output that is known, whatever the outcome. */
function publishOutputs(report, reportPath) {
    const outputs = outputsOf(report, reportPath);
    for (const name of outputNames) {
        const value = outputs[name];
        if (value !== undefined)
            (0,runner/* setOutput */.uH)(name, value);
    }
}
/** Where a job keeps files that nobody needs after it. */
function reportDirectory(environment) {
    return environment.RUNNER_TEMP || (0,external_node_os_.tmpdir)();
}
/**
 * Writes the JSON report and returns its path. It is a Report as core describes it, masked, with `started` and
 * `finished` as ISO 8601 beside `startedAt` and `finishedAt`; every other time is in milliseconds since 1970, every
 * duration (`took`, `within`, `since`, …) in milliseconds.
 */
function writeReport(report, to, mask) {
    const path = (0,external_node_path_.join)(to.directory, to.name);
    const started = new Date(report.startedAt).toISOString();
    const finished = new Date(report.finishedAt).toISOString();
    const { schema, command, ...rest } = report;
    (0,external_node_fs_.mkdirSync)(to.directory, { recursive: true });
    // It has names, ARNs and error texts of the account: for the user of the job only.
    (0,external_node_fs_.writeFileSync)(path, `${JSON.stringify((0,github_mask/* maskDeep */.f)({ schema, command, started, finished, ...rest }, mask), null, 2)}\n`, {
        mode: 0o600,
    });
    return path;
}

// EXTERNAL MODULE: ./build/github/summary.js + 3 modules
var github_summary = __webpack_require__(7364);
;// CONCATENATED MODULE: ./build/publish.js






/** Tells the outcome everywhere: log, report, outputs, summary, exit code. What cannot be told is a warning. */
function publish(outcome, { environment, reporter, mask, summary, told }) {
    const shown = (0,github_mask/* maskDeep */.f)(outcome, mask);
    process.exitCode = (0,core_outcome/* isGood */.K)(outcome) ? 0 : 1;
    if (!told)
        reporter.report({ kind: 'ended', outcome: shown });
    const report = reporter.read(shown);
    const attempt = (what, publishing) => {
        try {
            return publishing();
        }
        catch (error) {
            reporter.report({ kind: 'warning', message: `${what} could not be written: ${(0,failure/* sayError */.Iq)(error)}` });
            return undefined;
        }
    };
    const path = attempt('the report', () => {
        const name = `ecs-canary-rollout-${report.place?.service ?? 'run'}-${report.startedAt}.json`;
        return writeReport(report, { directory: reportDirectory(environment), name: name.replaceAll(/[^\w.-]/g, '-') }, mask);
    });
    if (path !== undefined)
        (0,state/* saveReportPath */.BK)(path);
    attempt('the outputs', () => publishOutputs(report, path));
    if (summary)
        attempt('the summary', () => (0,github_summary/* publishSummary */.Iv)((0,github_summary/* renderSummary */.Br)(report), environment));
}

// EXTERNAL MODULE: ./node_modules/jsonc-parser/lib/umd/main.js
var main = __webpack_require__(9547);
;// CONCATENATED MODULE: ./build/definition/path.js
/** `containerDefinitions[0].dockerLabels["com.example.team"]` */
function showPath(path) {
    return path.map(showStep).join('');
}
function showStep(step, index) {
    if (typeof step === 'number')
        return `[${step}]`;
    if (!/^[\w${}-]+$/.test(step))
        return `[${JSON.stringify(step)}]`;
    return index === 0 ? step : `.${step}`;
}

;// CONCATENATED MODULE: ./build/definition/region.js
/** A string ends at its quote or, when that is missing, at the end of the line, as it does for the parser. */
const pieces = /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"?|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|[^"/]+|\//g;
/** Cuts text that may not be JSON yet (placeholders) or at all (mistakes) into regions; nothing is left out. */
function* regions(text) {
    for (const { 0: piece, index } of text.matchAll(pieces)) {
        yield { kind: kindOf(piece), start: index, text: piece };
    }
}
function kindOf(piece) {
    if (piece.startsWith('"'))
        return 'string';
    return piece.startsWith('//') || piece.startsWith('/*') ? 'comment' : 'plain';
}

;// CONCATENATED MODULE: ./build/definition/substitute.js

/** The first alternative eats escapes, so that no value can be glued to a backslash and end the string from within. */
const marks = /\\[\s\S]|\$\{(?<name>[^}"\r\n]*)(?<close>\}?)/g;
/**
 * Puts the environment's values in the place of `${NAME}`: escaped inside a string literal, so that no value can break
 * out of it, and as they are outside of one, where a number, `true` or a whole fragment of JSON may stand.
 */
function substitute(source, environment) {
    const replacements = [];
    const values = [];
    const faults = [];
    let text = '';
    let done = 0;
    let whole = true;
    for (const placeholder of placeholders(source)) {
        const { start, literal, name, quoted } = placeholder;
        const value = faultOf(placeholder) === undefined ? lookUp(environment, name) : undefined;
        if (value === undefined) {
            faults.push({ offset: start, what: faultOf(placeholder) ?? `${literal} is not set in the environment` });
            whole &&= quoted;
            continue;
        }
        text += source.slice(done, start);
        done = start + literal.length;
        const put = quoted ? JSON.stringify(value).slice(1, -1) : value;
        const result = { start: text.length, end: text.length + put.length };
        replacements.push({ source: { start, end: done }, result, literal });
        values.push(value);
        text += put;
    }
    return { source, text: text + source.slice(done), replacements, values, faults, whole };
}
function* placeholders(source) {
    for (const { kind, start, text } of regions(source)) {
        if (kind === 'comment')
            continue;
        for (const found of text.matchAll(marks)) {
            const { name, close } = found.groups ?? {};
            if (name === undefined)
                continue;
            yield { start: start + found.index, literal: found[0], name, closed: close === '}', quoted: kind === 'string' };
        }
    }
}
/** Own names only: `${constructor}` is not set, whatever kind of object the environment is. */
function lookUp(environment, name) {
    return Object.hasOwn(environment, name) ? environment[name] : undefined;
}
function faultOf({ literal, name, closed, quoted }) {
    if (!closed)
        return `${shorten(literal)} is not closed with a }`;
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
        return undefined;
    const rule = `${shorten(literal)} does not name a variable: letters, digits and _ only, and no digit first`;
    // The parser turns \u0024 into $ after the substitution, so this is the one way to write a shell's ${NAME:-default}.
    return quoted ? `${rule} (for a literal \${ write \\u0024{)` : rule;
}
function shorten(literal) {
    return literal.length <= 60 ? literal : `${literal.slice(0, 57)}...`;
}
/** Where an offset of the substituted text comes from; all of a value comes from the start of its placeholder. */
function sourceOffset(substitution, offset) {
    const before = substitution.replacements.findLast(({ result }) => result.start <= offset);
    if (before === undefined)
        return offset;
    return offset < before.result.end ? before.source.start : offset - before.result.end + before.source.end;
}
/** The replacements that touch a stretch of the substituted text. */
function replacementsIn(substitution, start, end) {
    return substitution.replacements.filter(({ result }) => result.start < end && result.end > start);
}

;// CONCATENATED MODULE: ./build/definition/syntax.js


/**
 * What keeps text from being JSON, in a person's words: all missing commas up to the first mistake of another kind.
 * After a missing comma the parser is back on track at once; after anything else it only guesses.
 */
function syntaxFaults(substitution, errors) {
    const lost = errors.findIndex(({ error }) => (0,main.printParseErrorCode)(error) !== 'CommaExpected');
    const sure = lost === -1 ? errors : errors.slice(0, lost + 1);
    const distinct = sure.filter(({ offset }, index) => sure.findIndex((other) => other.offset === offset) === index);
    return distinct.map((error) => ({
        offset: sourceOffset(substitution, error.offset),
        what: explain(substitution, error),
    }));
}
function explain(substitution, { error, offset, length }) {
    const [within] = replacementsIn(substitution, offset, offset + 1);
    const code = (0,main.printParseErrorCode)(error);
    if (within !== undefined)
        return `the value of ${within.literal} makes this broken JSON (${code})`;
    const token = substitution.text.slice(offset, offset + length);
    return ((code === 'CommaExpected' ? misplaced(token) : code === 'InvalidSymbol' ? unknownWord(token) : undefined) ??
        said[code] ??
        code);
}
function misplaced(token) {
    if (token === '}')
        return 'a ] or a comma is missing before this }';
    if (token === ']')
        return 'a } or a comma is missing before this ]';
    return token === ':' ? 'this : is out of place; keys belong into an object, in { }' : undefined;
}
function unknownWord(token) {
    if (/^['"‘’“”„«`]/.test(token))
        return 'keys and strings are written in plain double quotes (")';
    const lower = token.toLowerCase();
    if (lower === 'none' || lower === 'undefined')
        return 'JSON has no such value; leave the key out';
    if (lower === 'true' || lower === 'false' || lower === 'null')
        return `is written ${lower}, in small letters`;
    return 'this is not JSON; keys and strings are written in double quotes';
}
const said = {
    InvalidNumberFormat: 'this is not a number as JSON writes it',
    PropertyNameExpected: 'a key, in double quotes, is expected here',
    ValueExpected: 'a value is expected here',
    ColonExpected: 'a : is expected here, between a key and its value',
    CommaExpected: 'a comma is missing before this',
    CloseBraceExpected: 'a } is missing at the end',
    CloseBracketExpected: 'a ] is missing at the end',
    EndOfFileExpected: 'the JSON is complete before this; this is left over',
    UnexpectedEndOfComment: 'this comment is not closed with */',
    UnexpectedEndOfString: 'this string is not closed with a " on its line',
    UnexpectedEndOfNumber: 'this number is not complete',
    InvalidUnicode: 'this string has a \\u without four hex digits after it',
    InvalidEscapeCharacter: 'this string has a backslash that starts no JSON escape; a backslash itself is written \\\\',
    InvalidCharacter: 'this string has a control character in it; a tab is written \\t',
};

;// CONCATENATED MODULE: ./build/definition/document.js





/** Deeper than anything that AWS takes, and far from the depth at which a recursive parser runs out of stack. */
const deepest = 100;
/** Reads JSON with comments and trailing commas; a document, or what keeps the text from being one. */
function parseDocument(substitution) {
    const { text } = substitution;
    if (isBlank(text))
        return { faults: [{ offset: 0, what: 'the file is empty' }] };
    const deep = tooDeep(text);
    if (deep !== undefined) {
        const what = `brackets are nested more than ${deepest} levels deep here`;
        return { faults: [{ offset: sourceOffset(substitution, deep), what }] };
    }
    const errors = [];
    const root = (0,main.parseTree)(text, errors, { allowTrailingComma: true });
    if (errors.length > 0 || root === undefined)
        return { faults: syntaxFaults(substitution, errors) };
    if (root.type !== 'object') {
        const what = `should hold an object, in { }, but holds ${root.type === 'array' ? 'a list' : `a ${root.type}`}`;
        return { faults: [{ offset: sourceOffset(substitution, root.offset), what }] };
    }
    return { document: { root, substitution }, faults: [] };
}
/** What the user wrote for a node: a value that came from the environment shows as its `${NAME}`. */
function asWritten({ substitution }, node) {
    const end = node.offset + node.length;
    const [first, ...others] = replacementsIn(substitution, node.offset, end);
    if (first === undefined)
        return typeof node.value === 'string' ? node.value : substitution.text.slice(node.offset, end);
    const last = others.at(-1) ?? first;
    const from = Math.min(sourceOffset(substitution, node.offset), first.source.start);
    const to = end <= last.result.end ? last.source.end : sourceOffset(substitution, end);
    return substitution.source.slice(from, to).replace(/^"|"$/g, '');
}
/** The JSON value of a node, as JSON.parse would give it. */
function toValue(node) {
    if (node.type === 'array')
        return (node.children ?? []).map(toValue);
    if (node.type === 'object')
        return Object.fromEntries(properties(node).map(({ key, value }) => [key.value, toValue(value)]));
    return node.value;
}
/** The keys and values of an object node. */
function properties(node) {
    return (node.children ?? []).flatMap(({ children: [key, value] = [] }) => (key && value ? [{ key, value }] : []));
}
/** Where a path leads: the node, and its key when it is a member of an object; as far as the path goes. */
function follow(root, path) {
    let at = { node: root };
    for (const step of path) {
        const next = stepInto(at.node, step);
        if (next === undefined)
            return { ...at, found: false };
        at = next;
    }
    return { ...at, found: true };
}
function stepInto(node, step) {
    if (typeof step === 'number') {
        const item = node.type === 'array' ? node.children?.[step] : undefined;
        return item && { node: item };
    }
    // The last one of a key that is there twice, because that is the one whose value is used.
    const property = node.type === 'object' ? properties(node).findLast(({ key }) => key.value === step) : undefined;
    return property && { node: property.value, key: property.key };
}
/** The path as the user wrote it: a key that came from the environment shows as its `${NAME}`. */
function writtenPath(document, path) {
    const steps = path.map((step, index) => {
        const { key, found } = follow(document.root, path.slice(0, index + 1));
        return found && key !== undefined && typeof step === 'string' ? asWritten(document, key) : step;
    });
    return showPath(steps);
}
/** The strings that a value from the environment brought with it as JSON of its own: as secret as the whole. */
function substitutedStrings({ root, substitution }) {
    const search = (node) => {
        if (node.type === 'property')
            return (node.children ?? []).slice(1).flatMap(search);
        if (node.type !== 'string')
            return (node.children ?? []).flatMap(search);
        const whole = substitution.replacements.some(({ result }) => result.start <= node.offset && node.offset + node.length <= result.end);
        return whole ? [String(node.value)] : [];
    };
    return search(root);
}
/** Keys that an object has twice: JSON.parse would silently take the last one. */
function repeatedKeys(node, path = []) {
    if (node.type === 'array')
        return (node.children ?? []).flatMap((item, index) => repeatedKeys(item, [...path, index]));
    if (node.type !== 'object')
        return [];
    const seen = new Map();
    return properties(node).flatMap(({ key, value }) => {
        const here = [...path, String(key.value)];
        const first = seen.get(key.value);
        if (first === undefined)
            seen.set(key.value, key);
        const inner = repeatedKeys(value, here);
        return first === undefined ? inner : [{ path: here, key, first }, ...inner];
    });
}
function isBlank(text) {
    return [...regions(text)].every(({ kind, text: piece }) => kind === 'comment' || piece.trim() === '');
}
function tooDeep(text) {
    let depth = 0;
    for (const { kind, start, text: piece } of regions(text)) {
        if (kind !== 'plain')
            continue;
        for (const { 0: bracket, index } of piece.matchAll(/[[\]{}]/g)) {
            depth += bracket === '{' || bracket === '[' ? 1 : -1;
            if (depth > deepest)
                return start + index;
        }
    }
    return undefined;
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
;// CONCATENATED MODULE: ./build/definition/file.js


/** The user's word for a directory, taken relative to the workspace; it may lie outside of it. */
function placeOf(directory, workspace) {
    const shown = external_node_path_.posix.normalize(directory.trim().replaceAll('\\', '/')).replace(/(?<=.)\/$/, '');
    return { shown, directory: (0,external_node_path_.resolve)(workspace, shown), workspace };
}
/** Says why the directory cannot be a deploy context. */
async function missingDirectory({ shown, directory, workspace }) {
    const where = 'deploy-context';
    const found = await (0,promises_.stat)(directory).catch(() => undefined);
    if (found?.isDirectory())
        return undefined;
    if (found !== undefined)
        return { where, what: `${shown} is a file; the directory that holds it is meant` };
    if ((await namesIn(workspace)).length === 0) {
        const what = `no directory ${shown} found: the workspace is empty; is there a step with actions/checkout before this one?`;
        return { where, what };
    }
    return { where, what: `no directory ${shown} found in the workspace (looked for ${directory})` };
}
/** Reads one file; one that is not there is a problem only when it is needed. */
async function readContextFile(place, name, needed) {
    const full = (0,external_node_path_.join)(place.directory, name);
    const path = (0,external_node_path_.relative)(place.workspace, full).replaceAll(external_node_path_.sep, '/');
    const shown = external_node_path_.posix.join(place.shown, name);
    try {
        // Fatal, because what PowerShell's `>` writes is UTF-16; it drops a byte order mark.
        const text = new TextDecoder('utf-8', { fatal: true }).decode(await (0,promises_.readFile)(full));
        return { file: { shown, path, text }, problems: [] };
    }
    catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        if (code === 'ENOENT')
            return { problems: needed ? [await missingFile(place, name)] : [] };
        if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
            return { problems: [{ where: shown, what: 'is not UTF-8 text' }] };
        if (code === 'EISDIR')
            return { problems: [{ where: shown, what: 'is a directory, not a file' }] };
        if (code !== '')
            return { problems: [{ where: shown, what: `cannot be read (${code})` }] };
        throw error;
    }
}
async function missingFile({ shown, directory }, name) {
    const names = await namesIn(directory);
    const some = names.length > 10 ? [...names.slice(0, 10), `and ${names.length - 10} more`] : names;
    const there = names.length === 0 ? 'the directory is empty' : `there is ${some.join(', ')}`;
    return { where: 'deploy-context', what: `no '${name}' found in ${shown}; ${there}` };
}
async function namesIn(directory) {
    return (await (0,promises_.readdir)(directory).catch(() => [])).sort();
}

;// CONCATENATED MODULE: ./build/definition/position.js


/** Line and column, from 1, of an offset in a text; with a substitution the offset is one of the substituted text. */
function positionOf(text, substitution, offset) {
    const before = text.slice(0, substitution === undefined ? offset : sourceOffset(substitution, offset));
    const lines = before.split(/\r\n|\r|\n/);
    return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
/** A problem of the text as such: its line and column are all there is to find it by. */
function problemAt(file, { offset, what }) {
    const { line, column } = positionOf(file.text, undefined, offset);
    return { where: `${file.shown}:${line}:${column}`, what, at: { file: file.path, line, column } };
}
/** A problem of something that has a path; what is missing is told at the object that should have it. */
function problemIn(file, document, path, what, offset) {
    const { node, key, found } = follow(document.root, path);
    // The key is what the eye looks for: a value may be lines long.
    const from = offset ?? (found ? (key ?? node) : node).offset;
    const at = { file: file.path, ...positionOf(file.text, document.substitution, from) };
    return { where: path.length === 0 ? file.shown : `${file.shown}: ${writtenPath(document, path)}`, what, at };
}

// EXTERNAL MODULE: ./build/definition/described.js
var definition_described = __webpack_require__(3859);
// EXTERNAL MODULE: ./build/definition/validate.js
var validate = __webpack_require__(4136);
;// CONCATENATED MODULE: ./build/definition/reader.js


/** How each of the two files is understood. */
const readers = {
    service: readService,
    taskDefinition: readTaskDefinition,
};
function readService(value, { CreateServiceRequest: shape, RegisterTaskDefinitionRequest, Service }) {
    const locate = (path) => path;
    const described = (0,definition_described/* describedServiceKey */.uP)(value);
    if (described !== undefined) {
        const what = "is what AWS says about a service; this file takes what 'aws ecs create-service --cli-input-json' takes";
        return { value, findings: [{ path: [described], what, untyped: true }], locate };
    }
    const hint = (key) => {
        if (RegisterTaskDefinitionRequest.members.has(key))
            return 'is not known here; it belongs into task-definition.json';
        return Service.members.has(key)
            ? 'is something that AWS says about a service, not a setting; leave it out'
            : undefined;
    };
    // The service's name may come from an input instead.
    return { value, findings: (0,validate/* inspect */.Nn)(value, { ...shape, required: [] }, hint), locate };
}
function readTaskDefinition(whole, { CreateServiceRequest, RegisterTaskDefinitionRequest }) {
    const { value, base, strangers } = (0,definition_described/* unwrapTaskDefinition */.AO)(whole);
    const hint = (key) => CreateServiceRequest.members.has(key) ? 'is not known here; it belongs into service.json' : undefined;
    const locate = (path) => (path[0] === 'tags' ? path : [...base, ...path]);
    const beside = strangers.map((key) => ({
        path: key === 'tags' ? [...base, key] : [key],
        what: key === 'tags' ? 'is there beside taskDefinition as well; keep one' : 'is not known beside taskDefinition',
    }));
    const inside = (0,validate/* inspect */.Nn)(value, RegisterTaskDefinitionRequest, hint);
    const located = inside.map((finding) => ({ ...finding, path: locate(finding.path) }));
    return { value, findings: [...beside, ...located], locate };
}

// EXTERNAL MODULE: ./build/definition/suggest.js
var suggest = __webpack_require__(9110);
;// CONCATENATED MODULE: ./build/definition/rules.js

/** Every rule that can be known before the first call; each of these would be an error of AWS in the middle of a rollout. */
function conflicts(pair) {
    return rules.flatMap((rule) => rule(pair));
}
const containerNamesAreUnique = ({ taskDefinition, written }) => {
    const names = containersOf(taskDefinition).map(({ name }) => name);
    return names.flatMap((name, index) => {
        const first = names.indexOf(name);
        if (name === undefined || first === index)
            return [];
        const path = ['containerDefinitions', index, 'name'];
        return [inTask(path, `${written('taskDefinition', path)} is the name of containerDefinitions[${first}] already`)];
    });
};
const someContainerIsEssential = ({ taskDefinition }) => {
    const containers = containersOf(taskDefinition);
    if (containers.length === 0 || containers.some(({ essential }) => essential !== false))
        return [];
    return [inTask(['containerDefinitions'], 'has no essential container; at least one must be')];
};
const memoryIsGiven = ({ taskDefinition }) => {
    if (taskDefinition === undefined || taskDefinition.memory !== undefined)
        return [];
    return containersOf(taskDefinition).flatMap(({ memory, memoryReservation }, index) => memory === undefined && memoryReservation === undefined
        ? [
            inTask(['containerDefinitions', index], 'has neither memory nor memoryReservation, and the task has no memory'),
        ]
        : []);
};
const dependenciesExist = (pair) => containersOf(pair.taskDefinition).flatMap(({ dependsOn = [] }, index) => dependsOn.flatMap(({ containerName }, at) => unknownContainer(pair, 'taskDefinition', ['containerDefinitions', index, 'dependsOn', at, 'containerName'], containerName)));
const volumesExist = ({ taskDefinition, written }) => {
    const volumes = new Set(taskDefinition?.volumes?.map(({ name }) => name));
    return containersOf(taskDefinition).flatMap(({ mountPoints = [] }, index) => mountPoints.flatMap(({ sourceVolume }, at) => {
        if (sourceVolume === undefined || volumes.has(sourceVolume))
            return [];
        const path = ['containerDefinitions', index, 'mountPoints', at, 'sourceVolume'];
        return [inTask(path, `${written('taskDefinition', path)} is not among the task's volumes`)];
    }));
};
const fargateTasksAreComplete = ({ taskDefinition }) => {
    if (!taskDefinition?.requiresCompatibilities?.includes('FARGATE'))
        return [];
    const sizes = ['cpu', 'memory'].filter((key) => taskDefinition[key] === undefined);
    const missing = sizes.map((key) => inTask([key], 'is missing; Fargate needs it for the task as a whole'));
    if (taskDefinition.networkMode === 'awsvpc')
        return missing;
    return [...missing, inTask(['networkMode'], 'must be awsvpc; Fargate knows no other')];
};
const balancedContainersExist = (pair) => (pair.service?.loadBalancers ?? []).flatMap(({ containerName }, at) => unknownContainer(pair, 'service', ['loadBalancers', at, 'containerName'], containerName));
const balancedPortsExist = ({ service, taskDefinition, written }) => (service?.loadBalancers ?? []).flatMap(({ containerName, containerPort }, at) => {
    const index = containersOf(taskDefinition).findIndex(({ name }) => name === containerName);
    const container = containersOf(taskDefinition)[index];
    if (container === undefined || containerPort === undefined || exposes(container, containerPort))
        return [];
    const mapped = portsOf(container, (position, key) => written('taskDefinition', ['containerDefinitions', index, 'portMappings', position, key]));
    const path = ['loadBalancers', at, 'containerPort'];
    const name = written('service', ['loadBalancers', at, 'containerName']);
    return [
        inService(path, `${written('service', path)} is not a port of container ${name}, which has ${mapped || 'none'}`),
    ];
});
const registeredContainersExist = (pair) => (pair.service?.serviceRegistries ?? []).flatMap(({ containerName }, at) => unknownContainer(pair, 'service', ['serviceRegistries', at, 'containerName'], containerName));
const connectedPortsHaveNames = ({ service, taskDefinition, written }) => {
    if (taskDefinition === undefined)
        return [];
    const names = new Set(containersOf(taskDefinition).flatMap(({ portMappings = [] }) => portMappings.map(({ name }) => name)));
    return (service?.serviceConnectConfiguration?.services ?? []).flatMap(({ portName }, at) => {
        if (portName === undefined || names.has(portName))
            return [];
        const path = ['serviceConnectConfiguration', 'services', at, 'portName'];
        return [inService(path, `${written('service', path)} is not the name of any port mapping in the task definition`)];
    });
};
const oneKindOfCapacity = ({ service }) => service?.launchType !== undefined && (service.capacityProviderStrategy?.length ?? 0) > 0
    ? [inService(['capacityProviderStrategy'], 'excludes launchType; keep one of the two')]
    : [];
const fargateServicesFitTheirTask = ({ service, taskDefinition }) => {
    if (service?.launchType !== 'FARGATE' || taskDefinition === undefined)
        return [];
    if (taskDefinition.networkMode !== 'awsvpc') {
        // The task definition's own rule says the same when it asks for Fargate itself.
        const said = taskDefinition.requiresCompatibilities?.includes('FARGATE');
        return said ? [] : [inTask(['networkMode'], 'must be awsvpc, because service.json has launchType FARGATE')];
    }
    if (service.networkConfiguration?.awsvpcConfiguration !== undefined)
        return [];
    const what = 'is missing; tasks on Fargate (network mode awsvpc) need an awsvpcConfiguration with subnets';
    return [inService(['networkConfiguration'], what)];
};
const rules = [
    containerNamesAreUnique,
    someContainerIsEssential,
    memoryIsGiven,
    dependenciesExist,
    volumesExist,
    fargateTasksAreComplete,
    balancedContainersExist,
    balancedPortsExist,
    registeredContainersExist,
    connectedPortsHaveNames,
    oneKindOfCapacity,
    fargateServicesFitTheirTask,
];
const inTask = (path, what) => ({ file: 'taskDefinition', path, what });
const inService = (path, what) => ({ file: 'service', path, what });
function containersOf(taskDefinition) {
    return taskDefinition?.containerDefinitions ?? [];
}
function unknownContainer(pair, file, path, name) {
    const containers = containersOf(pair.taskDefinition);
    const names = containers.map((container) => container.name ?? '');
    if (pair.taskDefinition === undefined || name === undefined || names.includes(name))
        return [];
    const near = names.indexOf((0,suggest/* suggest */.Z)(name, names) ?? '');
    const shown = names.map((_, index) => pair.written('taskDefinition', ['containerDefinitions', index, 'name']));
    const help = near === -1 ? `its containers: ${shown.join(', ')}` : `did you mean ${shown[near]}?`;
    return [{ file, path, what: `${pair.written(file, path)} is not a container of the task definition; ${help}` }];
}
function exposes({ portMappings = [] }, port) {
    return portMappings.some(({ containerPort, containerPortRange }) => {
        const [first, last] = (containerPortRange ?? '').split('-').map(Number);
        return containerPort === port || (first !== undefined && last !== undefined && first <= port && port <= last);
    });
}
function portsOf({ portMappings = [] }, written) {
    return portMappings
        .flatMap(({ containerPort, containerPortRange }, index) => [
        ...(containerPort === undefined ? [] : [written(index, 'containerPort')]),
        ...(containerPortRange === undefined ? [] : [written(index, 'containerPortRange')]),
    ])
        .join(', ');
}

// EXTERNAL MODULE: ./build/definition/schema.js
var schema = __webpack_require__(1201);
;// CONCATENATED MODULE: ./build/definition/deploy-context.js







/** Reads the directory; every problem of both files comes back, none is thrown. */
async function readDeployContext(options) {
    const place = placeOf(options.directory, options.workspace);
    const absent = await missingDirectory(place);
    if (absent !== undefined)
        return { context: { substituted: [], files: [] }, problems: [absent] };
    const shapes = await (0,schema/* loadShapes */.R)();
    const service = await load('service', place, options, shapes);
    const taskDefinition = await load('taskDefinition', place, options, shapes);
    const problems = [
        ...service.problems,
        ...taskDefinition.problems,
        ...conflictsOf({ service, taskDefinition }, options.needs),
    ];
    const flawless = ({ file, value }) => problems.some(({ at }) => at && at.file === file?.path) ? undefined : value;
    const [create, register] = [flawless(service), flawless(taskDefinition)];
    const context = {
        // What the schemas have just been held against, which the compiler cannot know.
        ...(create !== undefined && { service: create }),
        ...(register !== undefined && { taskDefinition: register }),
        substituted: [...new Set([...service.values, ...taskDefinition.values])].filter((value) => value !== '').sort(),
        files: [service, taskDefinition].flatMap(({ file }) => (file === undefined ? [] : [file.path])),
    };
    return { context, problems };
}
const names = { service: 'service.json', taskDefinition: 'task-definition.json' };
async function load(kind, place, options, shapes) {
    const locate = (path) => path;
    const { file, problems } = await readContextFile(place, names[kind], options.needs[kind]);
    if (file === undefined)
        return { locate, values: [], problems };
    const substitution = substitute(file.text, options.environment);
    const unset = substitution.faults.map((fault) => problemAt(file, fault));
    const broken = { file, locate, values: substitution.values };
    if (!substitution.whole)
        return { ...broken, problems: unset };
    const { document, faults } = parseDocument(substitution);
    if (document === undefined)
        return { ...broken, problems: [...unset, ...faults.map((fault) => problemAt(file, fault))] };
    return understand(kind, file, document, unset, shapes);
}
function understand(kind, file, document, unset, shapes) {
    const { findings, locate, value } = readers[kind](toValue(document.root), shapes);
    const repeated = repeatedKeys(document.root).map(({ path, key, first }) => {
        const { line } = positionOf(file.text, document.substitution, first.offset);
        return problemIn(file, document, path, `is there twice; the first is on line ${line}`, key.offset);
    });
    const wrong = findings.map(({ path, what }) => problemIn(file, document, path, what));
    // Without its variables the text of a file is not what it says, so nothing is derived from it.
    const sound = unset.length === 0 && !findings.some(({ untyped }) => untyped);
    return {
        file,
        document,
        locate,
        values: [...document.substitution.values, ...substitutedStrings(document)],
        problems: [...unset, ...repeated, ...wrong],
        ...(sound && { value }),
    };
}
function conflictsOf(loaded, needs) {
    const written = (kind, path) => {
        const { document, locate } = loaded[kind];
        if (document === undefined)
            return '';
        const { node } = follow(document.root, locate(path));
        const text = asWritten(document, node);
        return node.type === 'string' ? `'${text}'` : text;
    };
    const service = loaded.service.value;
    const taskDefinition = loaded.taskDefinition.value;
    // A task definition that is not needed is not the one that the service will run: they need not fit.
    const pairs = needs.taskDefinition
        ? [{ service, taskDefinition, written }]
        : [
            { service, taskDefinition: undefined, written },
            { service: undefined, taskDefinition, written },
        ];
    const found = pairs.flatMap(conflicts);
    return found.flatMap(({ file: kind, path, what }) => {
        const { file, document, locate } = loaded[kind];
        return file === undefined || document === undefined ? [] : [problemIn(file, document, locate(path), what)];
    });
}

;// CONCATENATED MODULE: ./build/definition/service-settings.js

/** Not settings: they say which service is meant, what it runs, or that a call is repeated. */
const notSettings = new Set([
    'clientToken',
    'cluster',
    'service',
    'serviceName',
    'taskDefinition',
]);
/** The fields of service.json that UpdateService takes as well, and those that can only be set when a service is created. */
async function serviceSettings(service) {
    const { UpdateServiceRequest: shape } = await (0,schema/* loadShapes */.R)();
    const settings = Object.entries(service).filter(([key, value]) => value !== undefined && !notSettings.has(key));
    return {
        update: Object.fromEntries(settings.filter(([key]) => shape.members.has(key))),
        creationOnly: Object.fromEntries(settings.filter(([key]) => !shape.members.has(key))),
    };
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./node_modules/fastest-levenshtein/mod.js
var mod = __webpack_require__(1916);
;// CONCATENATED MODULE: ./build/github/input-kinds.js


const right = (value) => ({ value });
const wrong = (text, allowed) => ({ wrong: `${refused(text)} ${allowed}` });
/** A value as a message shows it: on one line and not endless. */
function refused(value) {
    const text = String(value).replaceAll(/\s+/g, ' ');
    return `\`${text.length > 120 ? `${text.slice(0, 119)}…` : text}\``;
}
/** Any text. */
const readText = right;
/** One of a few words. */
function readChoice(...choices) {
    const allowed = choices.length === 1 ? `the only choice is ${choices[0]}` : `choose one of ${choices.join(', ')}`;
    return (text) => {
        const chosen = choices.find((choice) => choice === text);
        if (chosen !== undefined)
            return right(chosen);
        const meant = choices.find((choice) => isNear(text.toLowerCase(), choice));
        return wrong(text, meant === undefined ? `is not known; ${allowed}` : `is not known; did you mean ${meant}? (${allowed})`);
    };
}
function isNear(text, choice) {
    return (0,mod/* distance */.Io)(text, choice) <= 2 || (text.length > 2 && (choice.startsWith(text) || text.startsWith(choice)));
}
/** YAML 1.2's core schema, as in `getBooleanInput` of @actions/core: `yes` and `1` are not silently false. */
const readBoolean = (text) => {
    if (['true', 'True', 'TRUE'].includes(text))
        return right(true);
    if (['false', 'False', 'FALSE'].includes(text))
        return right(false);
    return wrong(text, 'is neither true nor false (True, TRUE, False and FALSE are understood as well)');
};
const longest = 24 * 60 * core_duration/* minute */.Vc;
/** A length of time of at most a day; `zero` says whether it may be no time at all. */
function readDuration({ zero }) {
    const from = zero ? 'from 0' : 'more than 0';
    return (text) => {
        const duration = (0,core_duration/* parseDuration */.E9)(text);
        if (duration === undefined)
            return wrong(text, 'is not a duration; write 15 (seconds), 90s, 5m or 1h');
        if (duration > longest || (duration === 0 && !zero))
            return wrong(text, `must be ${from} and at most 24h`);
        return right(duration);
    };
}
/** The name of an AWS region, of whatever partition. */
const readRegion = (text) => {
    if (/^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/.test(text))
        return right(text);
    const zone = /^([a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2})[a-z]$/.exec(text)?.[1];
    const hint = zone === undefined ? 'write it like us-west-2' : `it looks like a zone; did you mean ${zone}?`;
    return wrong(text, `is not an AWS region; ${hint}`);
};
/** An existing revision of a task definition. */
const readRevision = (text) => {
    if (/^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:task-definition\/)?[A-Za-z0-9_-]{1,255}:[1-9]\d*$/.test(text)) {
        return right(text);
    }
    const example = 'arn:aws:ecs:us-west-2:123456789012:task-definition/web:7';
    return wrong(text, `is not a revision of a task definition; write family:revision (web:7) or its ARN (${example})`);
};
/** A container instance of ECS, or the EC2 instance that it is. */
const readInstance = (text) => {
    const id = '([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})';
    const arn = new RegExp(`^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:\\d{12}:container-instance/([A-Za-z0-9_-]+/)?)?${id}$`);
    if (arn.test(text) || /^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(text))
        return right(text);
    return wrong(text, 'is not an instance; give the ARN or the id (32 hex digits) of a container instance, or the id of an EC2 instance (i-…)');
};
/** One name a line; blank lines do not count. */
const readLines = (text) => {
    const lines = text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
    const twice = lines.find((line, index) => lines.indexOf(line) !== index);
    return twice === undefined ? right(lines) : wrong(twice, 'is there more than once; name each once, one a line');
};

;// CONCATENATED MODULE: ./build/github/inputs.js



const both = ['rollout', 'rehearse'];
const rollout = ['rollout'];
const optional = (read, usedBy = both) => ({ read, default: undefined, usedBy });
const withDefault = (text, read, usedBy = both) => ({
    read,
    default: text,
    usedBy,
});
const phase = withDefault('15m', readDuration({ zero: false }));
/** Every input, in the order of action.yml: how its text is read, its default, and the commands that use it. */
const table = {
    command: withDefault('rollout', readChoice('rollout', 'rehearse')),
    strategy: withDefault('canary-task', readChoice('canary-task')),
    'dry-run': withDefault('false', readBoolean, rollout),
    region: optional(readRegion),
    'deploy-context': optional(readText),
    cluster: optional(readText),
    service: optional(readText),
    'task-definition-arn': optional(readRevision, rollout),
    'canary-instance-arn': optional(readInstance, rollout),
    'update-service': withDefault('false', readBoolean),
    'idle-duration': withDefault('15s', readDuration({ zero: true })),
    'bake-duration': withDefault('0', readDuration({ zero: true })),
    'task-running-timeout': phase,
    'task-health-check-timeout': phase,
    'target-healthy-timeout': phase,
    'task-stopped-timeout': phase,
    'service-stable-timeout': phase,
    'rollback-on-failure': withDefault('true', readBoolean),
    alarms: withDefault('', readLines),
    'on-conflict': withDefault('fail', readChoice('fail', 'wait', 'take-over'), rollout),
    'force-new-deployment': withDefault('false', readBoolean),
    summary: withDefault('true', readBoolean),
};
const rows = table;
/** The names of all inputs, in the order of action.yml. */
const inputNames = Object.keys(table);
/** The default of each input as action.yml must have it; `undefined` where it must have none. */
const inputDefaults = Object.fromEntries(inputNames.map((name) => [name, rows[name].default || undefined]));
/**
 * Reads every input and finds every problem. With problems, `inputs` has the default (or nothing) in the place of what
 * could not be read: good enough to find more problems with, not to start anything with.
 */
function readInputs(environment) {
    const read = inputNames.map((name) => readOne(name, environment));
    const values = Object.fromEntries(read.map(({ name, value }) => [camel(name), value]));
    const problems = [...findUnknown(environment), ...read.flatMap(({ problem }) => problem ?? [])];
    // Which inputs are needed depends on the command; nobody knows which one was meant.
    if (problems.some(({ where }) => where === 'command'))
        return { inputs: values, problems };
    const region = readDefaultRegion(values, environment, problems);
    const inputs = { ...values, region: region.value };
    const unused = findUnused(inputs);
    return {
        inputs,
        problems: [
            // An input that the command does not use must go away, whatever is wrong with it.
            ...problems.filter(({ where }) => !unused.some((other) => other.where === where)),
            ...region.problems,
            ...unused,
            ...findContradictions(inputs),
        ],
    };
}
function readOne(name, environment) {
    const { read, default: text } = rows[name];
    const byDefault = text === undefined ? undefined : read(text).value;
    const given = textOf(name, environment);
    if (given === '')
        return { name, value: byDefault };
    const { value, wrong } = read(given);
    return wrong === undefined ? { name, value } : { name, value: byDefault, problem: { where: name, what: wrong } };
}
/** The runner upper-cases the name and leaves hyphens alone; a workflow cannot say "absent", only "empty". */
function textOf(name, environment) {
    return (environment[`INPUT_${name.toUpperCase()}`] ?? '').trim();
}
const camel = (name) => name.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase());
const inputOf = (inputs, name) => inputs[camel(name)];
/** A rehearsal needs some region, and any will do: nothing leaves the machine. */
function readDefaultRegion(inputs, environment, problems) {
    if (inputs.region !== undefined)
        return { value: inputs.region, problems: [] };
    const bad = problems.some(({ where }) => where === 'region');
    const name = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((variable) => environment[variable]?.trim());
    if (bad || name === undefined) {
        if (inputs.command === 'rehearse')
            return { value: 'us-west-2', problems: [] };
        const what = 'is missing: name the AWS region here, or in the environment variable AWS_REGION';
        return { value: undefined, problems: bad ? [] : [{ where: 'region', what }] };
    }
    const { value, wrong } = readRegion((environment[name] ?? '').trim());
    return { value, problems: wrong === undefined ? [] : [{ where: `region (from ${name})`, what: wrong }] };
}
function findUnused(inputs) {
    return inputNames.flatMap((name) => {
        const { read, default: text, usedBy } = rows[name];
        const byDefault = text === undefined ? undefined : read(text).value;
        if (usedBy.includes(inputs.command) || (0,external_node_util_.isDeepStrictEqual)(inputOf(inputs, name), byDefault))
            return [];
        const what = `is not used by command ${inputs.command}; take it away (commands that use it: ${usedBy.join(', ')})`;
        return [{ where: name, what }];
    });
}
function findContradictions(inputs) {
    return [...findWayOfNaming(inputs), ...findOtherRegions(inputs)];
}
function findWayOfNaming(inputs) {
    if (inputs.deployContext !== undefined)
        return [];
    const context = '`deploy-context` (a directory with service.json and task-definition.json)';
    const problems = [];
    if (inputs.command === 'rehearse') {
        problems.push({ where: 'deploy-context', what: `is missing: a rehearsal needs ${context}` });
    }
    else {
        const missing = ['cluster', 'service', 'task-definition-arn'].filter((name) => inputOf(inputs, name) === undefined);
        const what = `say what to deploy in one of two ways: either ${context}, or all of \`cluster\`, \`service\` and \`task-definition-arn\``;
        const lacks = missing.length === 3 ? 'none of them is given' : `without deploy-context, ${missing.join(' and ')} is missing`;
        if (missing.length > 0)
            problems.push({ where: 'deploy-context', what: `${what}; ${lacks}` });
    }
    if (inputs.updateService) {
        const what = 'true needs `deploy-context`: the settings to apply are those of its service.json';
        problems.push({ where: 'update-service', what });
    }
    return problems;
}
/** An ARN carries its region; AWS would only say that there is no such thing. */
function findOtherRegions(inputs) {
    const names = ['cluster', 'service', 'task-definition-arn', 'canary-instance-arn'];
    return names.flatMap((name) => {
        const text = inputOf(inputs, name);
        const region = typeof text === 'string' && text.startsWith('arn:') ? text.split(':')[3] : undefined;
        if (!region || inputs.region === undefined || region === inputs.region)
            return [];
        return [{ where: name, what: `${refused(text)} is in region ${region}, but \`region\` is ${inputs.region}` }];
    });
}
/**
 * GitHub hands on what a workflow gives, declared or not, and only warns of it. What is not close to a name of ours may
 * belong to somebody else and is left alone.
 */
function findUnknown(environment) {
    const given = Object.keys(environment).flatMap((key) => key.startsWith('INPUT_') ? [key.slice(6).toLowerCase()] : []);
    return given.flatMap((name) => {
        if (inputNames.includes(name))
            return [];
        const near = inputNames.find((known) => (0,mod/* distance */.Io)(name, known) <= 2);
        if (near === undefined)
            return [];
        return [{ where: name, what: `is not an input of this action; did you mean \`${near}\`?` }];
    });
}

;// CONCATENATED MODULE: ./build/github/run.js

/** Which run of which job this process is, from the variables that the runner sets; outside GitHub, whose machine it is. */
function readRun(environment, token) {
    const { GITHUB_RUN_ID: run, GITHUB_JOB: job } = environment;
    const local = `local-${environment.USER || environment.USERNAME || (0,external_node_os_.hostname)()}`;
    const attempt = Number(environment.GITHUB_RUN_ATTEMPT);
    const known = {
        id: safe(run ? `${run}-${job || 'job'}` : local),
        attempt: attempt >= 1 ? Math.floor(attempt) : 1,
        token,
    };
    const url = urlOf(environment, known.attempt);
    return url === undefined ? known : { ...known, url };
}
function urlOf(environment, attempt) {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = environment;
    if (!server || !repository || !run)
        return undefined;
    return `${server}/${repository}/actions/runs/${run}/attempts/${attempt}`;
}
/** The id stands in names and tags of AWS, where other characters have a meaning or are refused. */
const safe = (text) => text.replaceAll(/[^A-Za-z0-9_-]/g, '-');

;// CONCATENATED MODULE: ./build/request.js





/** Reads inputs and deploy context; throws one Refusal that names every problem of both. Calls nobody. */
async function readRequest(environment, token) {
    const { inputs, problems: inputProblems } = readInputs(environment);
    const { context, problems: contextProblems } = await readContext(inputs, environment);
    const problems = [...inputProblems, ...contextProblems, ...placeProblems(inputs, context)];
    (0,problem/* refuseIfAny */.Yb)(problems);
    const request = await requestOf(inputs, context, environment, token);
    return { inputs, context, request, secrets: secretsOf(context) };
}
async function readContext(inputs, environment) {
    const { deployContext, cluster, service, updateService, taskDefinitionArn, command } = inputs;
    const nothing = { substituted: [], files: [] };
    if (deployContext === undefined)
        return { context: nothing, problems: [] };
    return readDeployContext({
        directory: deployContext,
        workspace: environment.GITHUB_WORKSPACE ?? process.cwd(),
        environment,
        needs: {
            service: updateService || command === 'rehearse' || cluster === undefined || service === undefined,
            taskDefinition: taskDefinitionArn === undefined,
        },
    });
}
function placeProblems({ cluster, service, deployContext }, context) {
    // Without a deploy context, or with one that could not be read, it has been said already what is missing.
    if (deployContext === undefined || context.service === undefined)
        return [];
    const problems = [];
    const say = (where, key) => problems.push({ where, what: `is not known: give the input ${where}, or ${key} in ${deployContext}/service.json` });
    if (cluster === undefined && context.service?.cluster === undefined)
        say('cluster', 'cluster');
    if (service === undefined && context.service?.serviceName === undefined)
        say('service', 'serviceName');
    return problems;
}
async function requestOf(inputs, context, environment, token) {
    const { taskDefinitionArn, canaryInstanceArn } = inputs;
    const definition = context.taskDefinition ?? {};
    const settings = inputs.updateService && context.service !== undefined ? await serviceSettings(context.service) : undefined;
    return {
        place: {
            region: inputs.region ?? '',
            cluster: inputs.cluster ?? context.service?.cluster ?? '',
            service: inputs.service ?? context.service?.serviceName ?? '',
        },
        dryRun: inputs.dryRun,
        revision: taskDefinitionArn === undefined ? { kind: 'new', definition } : { kind: 'existing', name: taskDefinitionArn },
        idle: inputs.idleDuration,
        bake: inputs.bakeDuration,
        timeouts: {
            taskRunning: inputs.taskRunningTimeout,
            taskHealthCheck: inputs.taskHealthCheckTimeout,
            targetHealthy: inputs.targetHealthyTimeout,
            taskStopped: inputs.taskStoppedTimeout,
            serviceStable: inputs.serviceStableTimeout,
        },
        rollbackOnFailure: inputs.rollbackOnFailure,
        forceNewDeployment: inputs.forceNewDeployment,
        alarms: inputs.alarms,
        onConflict: inputs.onConflict,
        run: readRun(environment, token),
        ...(settings === undefined ? {} : { settings }),
        ...(canaryInstanceArn === undefined ? {} : { canaryInstance: canaryInstanceArn }),
    };
}
/** Substituted values, less those that name what is deployed: without image, family and service a log says nothing. */
function secretsOf({ substituted, service, taskDefinition }) {
    const containers = taskDefinition?.containerDefinitions ?? [];
    const names = [service?.cluster, service?.serviceName, taskDefinition?.family, ...containers.map(({ name }) => name)];
    const shown = [...names, ...containers.map(({ image }) => image)].filter((text) => text !== undefined);
    const roles = [taskDefinition?.executionRoleArn, taskDefinition?.taskRoleArn];
    const arns = [...(service?.loadBalancers ?? []).map(({ targetGroupArn }) => targetGroupArn), ...roles];
    const open = [...shown, ...arns.filter((arn) => arn !== undefined)];
    return substituted.filter((value) => !open.some((text) => text.includes(value)));
}

;// CONCATENATED MODULE: ./build/main.js










/** Read, look, decide, do, tell. */
async function main_main(environment) {
    (0,state/* markBegun */.ly)();
    const asked = await read(environment);
    if (asked === undefined)
        return;
    if (asked.inputs.command === 'rehearse') {
        const { rehearse } = await __webpack_require__.e(/* import() */ 531).then(__webpack_require__.bind(__webpack_require__, 6531));
        return rehearse(asked, environment);
    }
    const { request, secrets, inputs } = asked;
    const { command, summary } = inputs;
    const { scene, reporter, mask } = (0,connect/* connect */.Ng)(environment, { command, ...request.place }, secrets);
    const outcome = await (0,perform/* perform */.y)(request, scene);
    publish(outcome, { environment, reporter, mask, summary });
}
/** The request; or nothing, after every problem has been told in one error. */
async function read(environment) {
    try {
        return await readRequest(environment, (0,connect/* newToken */.uv)());
    }
    catch (error) {
        if (!(error instanceof problem/* Refusal */.P_))
            throw error;
        refuse(error, environment);
        return undefined;
    }
}
function refuse(refusal, environment) {
    const about = { command: environment.INPUT_COMMAND || 'rollout' };
    (0,ending/* tellRefusal */.QC)(refusal, { output: (0,runner/* outputFor */.Jf)(environment), about, callsMade: false });
    const cause = { what: 'read inputs and deploy context', because: refusal.message, evidence: [], next: '' };
    publish({ is: 'failed', serviceIntact: true, cause, leftovers: [] }, {
        environment,
        reporter: (0,report/* createReporter */.A)(about, connect/* wallClock */.Xb, () => { }),
        mask: (0,github_mask/* createMask */.P)([]),
        summary: environment.INPUT_SUMMARY !== 'false',
        told: true,
    });
}


/***/ })

};
