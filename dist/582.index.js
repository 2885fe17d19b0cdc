export const id = 582;
export const ids = [582];
export const modules = {

/***/ 513:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Ng: () => (/* binding */ connect),
  uv: () => (/* binding */ newToken),
  Xb: () => (/* binding */ wallClock)
});

// UNUSED EXPORTS: cancelSignal

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/core/duration.js
var duration = __webpack_require__(1420);
;// CONCATENATED MODULE: ./build/aws/client.js
const load = {
    ecs: () => Promise.all(/* import() */[__webpack_require__.e(861), __webpack_require__.e(212)]).then(__webpack_require__.t.bind(__webpack_require__, 212, 19)),
    elasticloadbalancing: () => Promise.all(/* import() */[__webpack_require__.e(861), __webpack_require__.e(586)]).then(__webpack_require__.t.bind(__webpack_require__, 586, 19)),
    cloudwatch: () => Promise.all(/* import() */[__webpack_require__.e(861), __webpack_require__.e(85)]).then(__webpack_require__.t.bind(__webpack_require__, 4085, 19)),
    'application-autoscaling': () => Promise.all(/* import() */[__webpack_require__.e(861), __webpack_require__.e(491)]).then(__webpack_require__.t.bind(__webpack_require__, 1491, 19)),
};
const clientName = {
    ecs: 'ECSClient',
    elasticloadbalancing: 'ElasticLoadBalancingV2Client',
    cloudwatch: 'CloudWatchClient',
    'application-autoscaling': 'ApplicationAutoScalingClient',
};
/** Loads a service's package and makes its client at the first call: start-up time is a feature. */
async function connectTo(service, options) {
    const sdk = (await load[service]());
    const make = (exported, input) => {
        const Class = sdk[exported];
        if (Class === undefined)
            throw new Error(`the SDK for ${service} has no ${exported}`);
        return new Class(input);
    };
    const client = make(clientName[service], {
        // Retries are ours: they use our clock, are told to the user, and know what may be repeated.
        maxAttempts: 1,
        requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
        ...options,
    });
    return (operation, input, signal) => client.send(make(`${operation}Command`, input), { abortSignal: signal });
}

// EXTERNAL MODULE: ./build/core/failure.js
var failure = __webpack_require__(8624);
;// CONCATENATED MODULE: ./build/aws/refusal.js

const throttles = /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown|PriorRequestNotComplete|LimitExceededException$)/;
const networks = /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|TimeoutError|RequestTimeout|RequestTimeoutException|NetworkingError)$/;
const denials = /^(AccessDenied|UnauthorizedOperation|NotAuthorized)/;
const expiries = /^(ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|AuthFailure|InvalidToken)/;
/** Reads an error that the SDK has thrown. */
function readError(error) {
    if (!(error instanceof Error))
        return { code: 'Unknown', message: String(error) };
    const { code, $metadata, $response } = error;
    const status = $metadata?.httpStatusCode ?? $response?.statusCode;
    return {
        code: typeof code === 'string' ? code : error.name,
        message: error.message === '' ? error.name : error.message,
        ...(status === undefined ? {} : { status }),
        ...($metadata?.requestId === undefined ? {} : { requestId: $metadata.requestId }),
    };
}
/** Throttling and errors of the network or of AWS pass; what AWS has refused it will refuse again. */
function weatherOf(error) {
    if (throttles.test(error.code) || error.status === 429 || /^rate exceeded$/i.test(error.message))
        return 'throttled';
    // "Too many concurrent attempts to create a new revision of the specified family" is a ClientException.
    if (/too many concurrent attempts/i.test(error.message))
        return 'throttled';
    if (networks.test(error.code) || (error.status !== undefined && error.status >= 500))
        return 'unanswered';
    return 'refused';
}
/** The Failure that a user sees for a call that did not work. */
function failureOf(service, operation, error, kind) {
    const { code, message, requestId } = error;
    const said = requestId === undefined ? message : `${message} (${code}, request id ${requestId})`;
    return new failure/* Failure */.HR(`${service}:${operation}`, {
        kind,
        because: said,
        evidence: [
            { kind: 'call', operation: `${service}:${operation}`, code, message, ...(requestId ? { requestId } : {}) },
        ],
        next: nextFor(service, operation, error),
    });
}
function nextFor(service, operation, { code, message }) {
    if (denials.test(code)) {
        const action = /not authorized to perform:? ([\w-]+:\w+)/i.exec(message)?.[1] ?? `${service}:${operation}`;
        const resource = /on resource:? (\S+)/i.exec(message)?.[1];
        return `Allow ${action}${resource === undefined ? '' : ` on ${resource}`} to the role of the workflow (the README has the whole policy).`;
    }
    if (expiries.test(code)) {
        return 'The AWS credentials are expired or not valid: get new ones right before this step, with a session at least as long as the rollout may take (role-duration-seconds).';
    }
    if (code === 'CredentialsProviderError') {
        return 'There are no AWS credentials: add a step with aws-actions/configure-aws-credentials before this one.';
    }
    if (code === 'ENOTFOUND')
        return 'There is no such endpoint: check the region.';
    if (weatherOf({ code, message }) !== 'refused')
        return 'AWS did not answer in time: try again in some minutes.';
    return '';
}

;// CONCATENATED MODULE: ./build/aws/call.js



/** How often a call is tried before it counts as not answered: about a minute and a half of bad weather. */
const tries = 9;
const longestPause = 20 * duration/* second */.Rc;
/** Connects to the account: clients are made at their first use, reads that are under way are shared. */
function createAws({ clients, clock, signal, random, report }) {
    const senders = new Map();
    const underWay = new Map();
    let pace = 1;
    const sender = (service) => {
        const known = senders.get(service) ?? connectTo(service, clients);
        senders.set(service, known);
        return known;
    };
    const once = async (service, operation, input) => {
        const send = await sender(service);
        const began = clock.now();
        const told = (error) => report({
            kind: 'call',
            operation: `${service}:${operation}`,
            took: clock.now() - began,
            ...(error ? { error } : {}),
        });
        try {
            const output = await send(operation, input, signal);
            told();
            pace = Math.max(1, pace * 0.9);
            return output;
        }
        catch (error) {
            signal.throwIfAborted();
            told(readError(error).code);
            throw error;
        }
    };
    const repeat = async (service, operation, input, carriedOut) => {
        let unanswered = false;
        for (let attempt = 1;; attempt++) {
            signal.throwIfAborted();
            try {
                return await once(service, operation, input);
            }
            catch (thrown) {
                signal.throwIfAborted();
                const error = readError(thrown);
                const weather = weatherOf(error);
                if (weather === 'unanswered')
                    unanswered = true;
                if (weather === 'throttled')
                    pace = Math.min(6, pace * 1.5);
                if (weather === 'refused' || attempt >= tries) {
                    // After a lost answer even a refusal does not say that nothing was done.
                    const kind = weather === 'refused' && !unanswered ? 'refused-call' : 'unanswered-call';
                    throw failureOf(service, operation, error, kind);
                }
                const after = pauseAfter(attempt, weather, random);
                report({ kind: 'retry', operation: `${service}:${operation}`, because: sayBriefly(error), after });
                await clock.sleep(after, signal);
                const done = unanswered ? await carriedOut?.() : undefined;
                if (done !== undefined)
                    return done;
            }
        }
    };
    return {
        region: clients.region,
        pace: () => pace,
        call: async (service, operation, input, more) => {
            const ask = () => repeat(service, operation, input, more?.carriedOut);
            if (!/^(Describe|List)/.test(operation))
                return (await ask());
            // Gates of one step are asked at the same moment, and most of them read the same things.
            const key = `${service} ${operation} ${JSON.stringify(input)}`;
            const shared = underWay.get(key) ?? ask().finally(() => underWay.delete(key));
            underWay.set(key, shared);
            return (await shared);
        },
    };
}
function pauseAfter(attempt, weather, random) {
    const first = weather === 'throttled' ? duration/* second */.Rc : 0.5 * duration/* second */.Rc;
    return Math.min(longestPause, first * 2 ** (attempt - 1)) * (0.5 + 0.5 * random());
}
const sayBriefly = ({ code, message }) => (message === code ? code : `${code}: ${message}`);

// EXTERNAL MODULE: ./build/core/report.js
var core_report = __webpack_require__(4486);
// EXTERNAL MODULE: ./build/core/outcome.js
var core_outcome = __webpack_require__(9058);
// EXTERNAL MODULE: ./build/github/ending.js
var ending = __webpack_require__(6299);
// EXTERNAL MODULE: ./build/github/escape.js
var github_escape = __webpack_require__(5151);
// EXTERNAL MODULE: ./build/github/evidence.js
var github_evidence = __webpack_require__(8253);
// EXTERNAL MODULE: ./build/github/names.js
var names = __webpack_require__(926);
// EXTERNAL MODULE: ./build/github/runner.js
var runner = __webpack_require__(6806);
// EXTERNAL MODULE: ./build/github/words.js
var words = __webpack_require__(7631);
;// CONCATENATED MODULE: ./build/github/log.js








const paints = { green: 32, red: 31, yellow: 33, grey: 90 };
const verdictWords = {
    pass: ['passes', 'green'],
    wait: ['waits', 'yellow'],
    fail: ['FAILS', 'red'],
};
/** An answer that is due sooner is not worth a word. */
const worthSaying = 10 * duration/* second */.Rc;
const widths = { elapsed: 8, label: 19 };
/** Makes the renderer that prints the stream of events as the log of the job. */
function createLog(options) {
    const log = new Log(options);
    return (event) => log.take(event);
}
/** What the log must remember to say nothing twice. */
class Log {
    #options;
    #out;
    #retries = new Set();
    #shown = new Set();
    #undos = new Map();
    #began;
    #at = 0;
    #plan;
    #planShown = false;
    #group = false;
    #step;
    #going = true;
    /** The answers since the step began. */
    #verdicts = new Map();
    /** The last answer of each gate that was printed. */
    #said = new Map();
    #refused;
    constructor(options) {
        this.#options = options;
        this.#out = options.output;
    }
    take(event) {
        this.#began ??= event.at;
        this.#at = event.at;
        switch (event.kind) {
            case 'planned':
                this.#planned(event.plan);
                break;
            case 'step':
                if (event.is === 'begun')
                    this.#begun(event.index);
                else
                    this.#stepEnded(event.is);
                break;
            case 'verdict':
                this.#verdict(event.gate, event.verdict);
                break;
            case 'waiting':
                this.#waiting(event);
                break;
            case 'service-event':
                this.#line('ecs event', this.#withoutName(event.message));
                break;
            case 'retry':
                this.#retry(event);
                break;
            case 'call':
                this.#call(event);
                break;
            case 'fact':
                this.#line(event.name, (0,github_escape/* logLine */.BP)(event.value));
                break;
            case 'undo':
                this.#undo(event);
                break;
            case 'notice':
            case 'warning':
                this.#annotate(event.kind, event.message);
                break;
            case 'ended':
                this.#ended(event.outcome);
        }
    }
    #planned(plan) {
        this.#close();
        this.#plan = plan;
        this.#planShown = false;
        this.#going = true;
        this.#out.print((0,github_escape/* logLine */.BP)(plan.title));
        for (const note of plan.notes)
            this.#out.print(`  note: ${(0,github_escape/* logLine */.BP)(note)}`);
    }
    /** As a list only when nothing of it is going to be carried out; otherwise its steps are the groups. */
    #listPlan() {
        if (this.#planShown || this.#plan === undefined)
            return;
        this.#planShown = true;
        for (const [index, step] of this.#plan.steps.entries()) {
            this.#out.print(`  ${String(index + 1).padStart(2)}  ${(0,github_escape/* logLine */.BP)(step.title)}${this.#paint('grey', (0,words/* limitOf */.LF)(step))}`);
        }
    }
    #begun(index) {
        const step = this.#plan?.steps[index];
        if (step === undefined)
            return;
        this.#close();
        this.#step = { step, at: this.#at };
        this.#verdicts = new Map();
        this.#refused = undefined;
        this.#planShown = true;
        const title = `${index + 1}/${this.#plan?.steps.length} ${(0,github_escape/* logLine */.BP)(step.title)}`;
        if (step.kind === 'retire')
            this.#out.print(`${this.#elapsed()}${title}, beside the steps that follow`);
        else
            this.#open(title + (0,words/* limitOf */.LF)(step));
    }
    /** Outside the group, so that the titles and these lines are the whole story when all groups are closed. */
    #stepEnded(is) {
        this.#close();
        if (this.#step === undefined)
            return;
        const { step, at } = this.#step;
        const took = (0,duration/* showDuration */.kJ)(this.#at - at);
        if (is === 'done' && step.kind !== 'retire') {
            this.#say('green', (0,words/* wordForEnd */.jT)(step.kind, is), `${step.kind === 'bake' ? 'for' : 'in'} ${took}`);
        }
        if (is === 'stopped')
            this.#say('red', 'stopped', `after ${took}`);
        if (is === 'failed')
            this.#failed(took);
        if (is !== 'done')
            this.#going = false;
        this.#step = undefined;
    }
    #failed(took) {
        const because = this.#whyFailed();
        this.#say('red', 'FAILED', `after ${took}${because && `: ${because}`}`);
        const seen = this.#notPassed().flatMap(([, verdict]) => verdict.evidence ?? []);
        this.#evidence(seen, because);
    }
    #whyFailed() {
        const bad = this.#notPassed();
        const failed = bad.filter(([, verdict]) => verdict.is === 'fail');
        const said = (failed.length > 0 ? failed : bad).map(([gate, { because }]) => `${gate}: ${(0,github_escape/* logLine */.BP)(because)}`);
        return said.join('; ') || (this.#refused ?? '');
    }
    #notPassed() {
        return [...this.#verdicts].filter(([gate, verdict]) => this.#isOfStep(gate) && verdict.is !== 'pass');
    }
    /** What goes on beside the step has answers as well. */
    #isOfStep(gate) {
        const step = this.#step?.step;
        return step !== undefined && 'gates' in step && step.gates.some(({ kind }) => kind === gate);
    }
    #verdict(gate, verdict) {
        this.#verdicts.set(gate, verdict);
        // Why a step failed is said where it can be seen, and that something is put back is an event of its own.
        if (this.#isOfStep(gate) ? verdict.is === 'fail' : verdict.is === 'pass')
            return;
        const said = `${verdict.is} ${verdict.because}`;
        if (this.#said.get(gate) === said)
            return;
        this.#said.set(gate, said);
        const [word, colour] = verdictWords[verdict.is];
        const { again = 0 } = verdict;
        const due = verdict.is === 'wait' && again >= worthSaying ? `, next answer in ${(0,duration/* showDuration */.kJ)(again)}` : '';
        this.#line(gate, `${this.#paint(colour, `${word}:`)} ${(0,github_escape/* logLine */.BP)(verdict.because)}${due}`);
    }
    #waiting({ since, left, verdicts }) {
        const open = verdicts.filter(({ verdict }) => verdict.is !== 'pass');
        const what = open.map(({ gate, verdict }) => `${gate} (${(0,github_escape/* logLine */.BP)(verdict.because)})`).join(', ') || 'all pass so far';
        this.#line('still waiting', `${(0,duration/* showDuration */.kJ)(since)} so far, ${(0,duration/* showDuration */.kJ)(left)} left: ${what}`);
    }
    /** The same trouble again is not news; how often it came is in the report. */
    #retry({ operation, because, after }) {
        const key = `${operation} ${because}`;
        if (this.#retries.has(key))
            return;
        this.#retries.add(key);
        this.#line('retry', `${operation} again in ${(0,duration/* showDuration */.kJ)(after)}: ${because}`);
    }
    #call({ operation, took, error }) {
        if (error !== undefined)
            this.#refused = (0,github_escape/* logLine */.BP)(`${operation}: ${error}`);
        if (!(this.#options.debug ?? (0,runner/* isDebug */._o)()))
            return;
        this.#out.debug((0,github_escape/* logLine */.BP)(`${operation} took ${Math.round(took)}ms${error === undefined ? '' : `: ${error}`}`));
    }
    #undo({ undo, is, because }) {
        this.#undos.set(`${undo.kind} ${undo.title} ${undo.byHand}`, { undo, is });
        // It asks at once; that it is about to ask is no news.
        if (is === 'begun')
            return;
        if (this.#step === undefined && !this.#group)
            this.#open(this.#going ? 'Tidy up' : 'Put things back');
        const word = {
            asked: 'asked for',
            verified: this.#paint('green', 'verified'),
            failed: this.#paint('red', 'FAILED'),
        };
        this.#line('undo', `${(0,github_escape/* logLine */.BP)(undo.title)}: ${word[is]}${because === undefined ? '' : `: ${(0,github_escape/* logLine */.BP)(because)}`}`);
    }
    #annotate(level, message) {
        const { service } = this.#options.about;
        const title = service === undefined ? 'ECS rollout' : `ECS rollout of ${(0,github_escape/* logLine */.BP)(service)}`;
        this.#out.annotate({ level, title, message: (0,github_escape/* cleanText */.X5)(message).trim() });
    }
    /** What was seen, what was put back, what is left over; then the one sentence that says how it ended. */
    #ended(outcome) {
        this.#close();
        const { about } = this.#options;
        const good = (0,core_outcome/* isGood */.K)(outcome);
        if (outcome.is === 'planned')
            this.#listPlan();
        this.#evidence(outcome.cause?.evidence ?? [], '');
        if (!good)
            this.#putBack();
        this.#leftovers(outcome);
        if (good)
            this.#out.print(this.#paint('green', (0,words/* headline */.Pl)(outcome, about)));
        if (!good)
            this.#out.annotate((0,ending/* endAnnotation */.Pi)(outcome, about));
        else if (outcome.leftovers.length > 0)
            this.#out.annotate((0,ending/* leftoverAnnotation */.PW)(outcome, about));
    }
    #evidence(evidence, said) {
        const fresh = evidence.filter((one) => !this.#shown.has(JSON.stringify(one)));
        if (fresh.length === 0)
            return;
        for (const one of fresh)
            this.#shown.add(JSON.stringify(one));
        const rows = fresh.flatMap((one) => (0,github_evidence/* evidenceRows */.dK)(one, said));
        for (const line of (0,github_evidence/* alignRows */.P4)(rows))
            this.#out.print(line);
    }
    #putBack() {
        const done = [...this.#undos.values()].filter(({ is }) => is !== 'failed');
        if (done.length === 0)
            return;
        this.#out.print('Put back:');
        const words = { begun: 'begun', asked: 'asked for', verified: 'verified', failed: 'failed' };
        for (const { undo, is } of done)
            this.#out.print(`  ${words[is].padEnd(9)}  ${(0,github_escape/* logLine */.BP)(undo.title)}`);
    }
    #leftovers({ leftovers }) {
        if (leftovers.length === 0)
            return;
        this.#out.print(this.#paint('red', 'Left over, to be put back by hand:'));
        for (const { what, because, byHand } of leftovers) {
            this.#out.print(`  ${(0,github_escape/* logLine */.BP)(what)}: ${(0,github_escape/* logLine */.BP)(because)}`);
            if (byHand !== undefined)
                this.#out.print(`    ${(0,github_escape/* logLine */.BP)(byHand)}`);
        }
    }
    #line(label, text) {
        this.#out.print(`${this.#elapsed()}${label.padEnd(widths.label)}  ${text}`);
    }
    #say(colour, word, text) {
        this.#out.print(`${this.#elapsed()}${this.#paint(colour, word)} ${text}`);
    }
    /** Since the first event; always as wide, so that the eye finds the words under each other. */
    #elapsed() {
        const whole = Math.floor((this.#at - (this.#began ?? this.#at)) / duration/* second */.Rc) * duration/* second */.Rc;
        return `+${(0,duration/* showDuration */.kJ)(whole)}`.padEnd(widths.elapsed + 2);
    }
    #withoutName(message) {
        const start = `(service ${(0,names/* shortName */.E)(this.#options.about.service ?? '')}) `;
        return (0,github_escape/* logLine */.BP)(message.startsWith(start) ? message.slice(start.length) : message);
    }
    #paint(colour, text) {
        return this.#options.colours && text !== '' ? `\u001b[${paints[colour]}m${text}\u001b[0m` : text;
    }
    #open(title) {
        this.#out.startGroup(title);
        this.#group = true;
    }
    #close() {
        if (this.#group)
            this.#out.endGroup();
        this.#group = false;
    }
}

// EXTERNAL MODULE: ./build/github/mask.js
var github_mask = __webpack_require__(216);
// EXTERNAL MODULE: ./build/github/state.js + 1 modules
var state = __webpack_require__(9901);
;// CONCATENATED MODULE: ./build/connect.js








/** The real time. */
const wallClock = {
    now: () => Date.now(),
    sleep: (duration, signal) => new Promise((resolve, reject) => {
        if (signal?.aborted)
            return reject(signal.reason);
        const stop = () => {
            clearTimeout(timer);
            reject(signal?.reason);
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', stop);
            resolve();
        }, duration);
        signal?.addEventListener('abort', stop, { once: true });
    }),
};
/** A new name for this process, which makes its RunTask idempotent. */
const newToken = () => (0,external_node_crypto_.randomUUID)();
/** Aborted when the runner cancels the job: SIGINT first, SIGTERM 7.5 s later. */
function cancelSignal() {
    const controller = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'])
        process.on(name, () => controller.abort(new failure/* Cancelled */.cJ(name)));
    return controller.signal;
}
/** The real scene: the account of the environment's credentials, real time, and a journal that outlives the process. */
function connect(environment, about, secrets, left = []) {
    const clock = wallClock;
    const signal = cancelSignal();
    const mask = (0,github_mask/* createMask */.P)(secrets);
    const log = createLog({
        about,
        output: (0,runner/* outputFor */.Jf)(environment),
        colours: (0,runner/* wantsColours */.rZ)(environment, process.stdout.isTTY ?? false),
        debug: (0,runner/* isDebug */._o)(),
    });
    const reporter = (0,core_report/* createReporter */.A)({ command: about.command }, clock, log);
    // Every renderer sees events only, so what is masked here is masked everywhere.
    const report = (event) => reporter.report(secrets.length === 0 ? event : (0,github_mask/* maskDeep */.f)(event, mask));
    const random = Math.random;
    const aws = createAws({ clients: { region: about.region }, clock, signal, random, report });
    return { scene: { aws, clock, signal, report, random, journal: (0,state/* stateJournal */.P3)(left) }, reporter, mask };
}


/***/ }),

/***/ 1420:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E9: () => (/* binding */ parseDuration),
/* harmony export */   Rc: () => (/* binding */ second),
/* harmony export */   Vc: () => (/* binding */ minute),
/* harmony export */   kJ: () => (/* binding */ showDuration)
/* harmony export */ });
const second = 1000;
const minute = 60 * second;
const unit = { '': second, s: second, m: minute, h: 60 * minute };
/** Reads `15` (seconds), `90s`, `5m` or `1h`; `undefined` for anything else. */
function parseDuration(text) {
    const found = /^(\d+(?:\.\d+)?)\s*([smh]?)$/.exec(text.trim());
    const size = unit[found?.[2] ?? '?'];
    return found === null || size === undefined ? undefined : Math.round(Number(found[1]) * size);
}
/** `0.4s`, `12s`, `3m 05s`, `1h 02m`. */
function showDuration(duration) {
    if (duration < 0)
        return `-${showDuration(-duration)}`;
    if (duration > 0 && duration < second)
        return `${(Math.ceil(duration / 100) / 10).toFixed(1)}s`;
    const seconds = Math.round(duration / second);
    if (seconds < 60)
        return `${seconds}s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60)
        return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m ${two(seconds % 60)}s`;
    return minutes % 60 === 0 ? `${minutes / 60}h` : `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}
const two = (n) => String(n).padStart(2, '0');


/***/ }),

/***/ 7560:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  g: () => (/* binding */ execute),
  K: () => (/* binding */ unwind)
});

// EXTERNAL MODULE: ./build/core/failure.js
var failure = __webpack_require__(8624);
// EXTERNAL MODULE: ./build/core/duration.js
var duration = __webpack_require__(1420);
// EXTERNAL MODULE: ./build/core/verdict.js
var verdict = __webpack_require__(5139);
;// CONCATENATED MODULE: ./build/core/world.js
/** Calls the handler of an item's kind. */
function handle(handlers, item) {
    const handler = handlers[item.kind];
    return handler(item);
}

;// CONCATENATED MODULE: ./build/core/watch.js




/** Between two looks where nobody knows when the answer can change. */
const usual = 5 * duration/* second */.Rc;
const shortest = duration/* second */.Rc;
const longest = duration/* minute */.Vc;
/** Gates that are due this close to each other are asked in one go, so that they share their calls. */
const together = 1.5 * duration/* second */.Rc;
/** An answer that is older than this is asked for again before it counts as part of a pass. */
const stale = 6 * duration/* second */.Rc;
/** The only waiting there is: all gates of a step in one loop, and the worst answer wins. Throws a Failure. */
async function watch(step, world, began = world.clock.now()) {
    const { clock } = world;
    const end = began + (step.kind === 'check' ? step.within : step.during);
    let answers = step.gates.map((gate) => ({
        gate,
        verdict: (0,verdict/* wait */.uk)('not asked yet'),
        at: 0,
        due: began,
    }));
    let told = clock.now();
    for (;;) {
        const now = clock.now();
        const last = now >= end;
        const before = answers;
        answers = await Promise.all(answers.map((a) => (last || a.due <= now + together ? ask(a, world) : a)));
        if (answers.some((answer, i) => tellChange(before[i], answer, world)))
            told = clock.now();
        refuseFailed(answers);
        if (answers.every(passes) && (step.kind === 'check' || last)) {
            if (last || answers.every((a) => clock.now() - a.at <= stale))
                return;
            answers = answers.map((a) => ({ ...a, due: Math.min(a.due, a.at + stale) }));
        }
        else if (last) {
            throw outOfTime(step, answers, end - began);
        }
        if (clock.now() - told >= duration/* minute */.Vc) {
            told = clock.now();
            world.report({ kind: 'waiting', since: told - began, left: Math.max(0, end - told), verdicts: named(answers) });
        }
        const next = Math.min(end, ...answers.map((a) => a.due));
        if (next > clock.now())
            await clock.sleep(next - clock.now(), world.signal);
        world.signal.throwIfAborted();
    }
}
const passes = (answer) => answer.verdict.is === 'pass';
const named = (answers) => answers.map(({ gate, verdict }) => ({ gate: gate.kind, verdict }));
async function ask(asked, world) {
    const verdict = await look(asked.gate, world);
    const again = Math.min(longest, Math.max(shortest, verdict.again ?? usual)) * world.pace();
    const at = world.clock.now();
    // Jitter only ever shortens: a look that is late is a person who waits.
    return { gate: asked.gate, verdict, at, due: at + again * (0.85 + 0.15 * world.random()) };
}
/** A call that was not answered is no answer; one that was refused will be refused for ever. */
async function look(gate, world) {
    try {
        return await handle(world.look, gate);
    }
    catch (error) {
        if (error instanceof failure/* Failure */.HR && error.kind === 'unanswered-call') {
            return (0,verdict/* wait */.uk)(`cannot tell: ${error.because}`, { evidence: error.evidence });
        }
        throw error;
    }
}
function tellChange(before, now, world) {
    const { is, because } = now.verdict;
    if (before?.verdict.is === is && before.verdict.because === because)
        return false;
    world.report({ kind: 'verdict', gate: now.gate.kind, verdict: now.verdict });
    return true;
}
function refuseFailed(answers) {
    const failed = answers.find((answer) => answer.verdict.is === 'fail');
    if (failed === undefined)
        return;
    const { because, evidence = [], next = '', superseded = false } = failed.verdict;
    const kind = superseded ? 'superseded' : 'verdict';
    throw new failure/* Failure */.HR(failed.gate.kind, { kind, because, evidence, next });
}
function outOfTime(step, answers, after) {
    const waiting = answers.filter((answer) => !passes(answer));
    const because = waiting.map((answer) => answer.verdict.because).join('; ');
    const within = step.kind === 'check' ? `not within ${(0,duration/* showDuration */.kJ)(after)}` : `not at the end of ${(0,duration/* showDuration */.kJ)(after)}`;
    return new failure/* Failure */.HR(waiting.map((answer) => answer.gate.kind).join(', '), {
        kind: 'verdict',
        because: `${within}: ${because}`,
        evidence: waiting.flatMap((answer) => answer.verdict.evidence ?? []),
        next: waiting.map((answer) => answer.verdict.next ?? '').find((next) => next !== '') ?? '',
    });
}

;// CONCATENATED MODULE: ./build/core/engine.js



/** Carries out any Plan. The only code that changes anything, and it never throws: how it went is the Outcome. */
async function execute(plan, world) {
    const rollout = new Rollout(world);
    try {
        for (const [index, step] of plan.steps.entries())
            await rollout.step(index, step);
    }
    catch (error) {
        return rollout.failed(error);
    }
    return rollout.committed();
}
/** One run of a plan: what has begun beside it, and whether it has touched the service. */
class Rollout {
    #world;
    #retiring = Promise.resolve([]);
    #step;
    #began = 0;
    #touched = false;
    constructor(world) {
        this.#world = world;
    }
    async step(index, step) {
        const { report, signal } = this.#world;
        this.#step = step;
        report({ kind: 'step', index, is: 'begun' });
        try {
            signal.throwIfAborted();
            await this.#carryOut(step);
            report({ kind: 'step', index, is: 'done' });
        }
        catch (error) {
            report({ kind: 'step', index, is: signal.aborted ? 'stopped' : 'failed' });
            throw error;
        }
    }
    async #carryOut(step) {
        if (step.kind === 'bake')
            return watch(step, this.#world);
        if (step.kind === 'check') {
            if (!step.continued)
                this.#began = this.#world.clock.now();
            return watch(step, this.#world, this.#began);
        }
        if (step.kind === 'retire') {
            this.#retiring = this.#retire();
            return;
        }
        return this.#act(step);
    }
    async #act(act) {
        const { journal } = this.#world;
        const undos = await undosOf(this.#world.act, act);
        for (const undo of undos)
            journal.record(undo);
        const touches = undos.some((undo) => undo.when === 'on-failure');
        this.#touched ||= touches;
        try {
            const better = await doAct(this.#world.act, act);
            for (const undo of better ?? [])
                journal.record(undo);
            if (better !== undefined)
                for (const undo of undos)
                    journal.forget(undo);
        }
        catch (error) {
            // A deed that AWS has refused has not been done: there is nothing to undo, and the service was not touched by it.
            if (error instanceof failure/* Failure */.HR && error.kind === 'refused-call') {
                for (const undo of undos)
                    journal.forget(undo);
                if (touches)
                    this.#touched = false;
            }
            throw error;
        }
    }
    /** One after the other, so that no undo is asked for twice at a time. */
    async #retire() {
        const before = this.#retiring;
        return [...(await before), ...(await unwind(this.#world, 'always', 'patient'))];
    }
    /** Nothing that fails from here on makes the rollout a failure. */
    async committed() {
        const { journal } = this.#world;
        journal.commit();
        const leftovers = await this.#retire();
        return { is: 'succeeded', serviceIntact: !this.#touched, leftovers };
    }
    /** The first error is the cause; whatever else goes wrong is a leftover. */
    async failed(error) {
        const { journal, signal } = this.#world;
        const cause = this.#causeOf(error);
        if (error instanceof failure/* Failure */.HR && error.kind === 'superseded')
            journal.commit();
        // What is left in the journal is left to `post`, which has minutes; this process has seconds.
        if (signal.aborted)
            return this.#stopped(cause, []);
        const [restored, others] = await Promise.all([unwind(this.#world, 'on-failure', 'patient'), this.#retire()]);
        const leftovers = [...restored, ...others];
        if (signal.aborted)
            return this.#stopped(cause, leftovers);
        const is = this.#nameOf(error, restored.length > 0);
        const serviceIntact = is === 'rolled-back' || (!this.#touched && is !== 'superseded');
        return { is, serviceIntact, cause, leftovers };
    }
    #stopped(cause, leftovers) {
        return { is: 'cancelled', serviceIntact: !this.#touched, cause, leftovers };
    }
    #nameOf(error, notRestored) {
        if (error instanceof failure/* Failure */.HR && error.kind === 'superseded')
            return 'superseded';
        if (this.#touched)
            return notRestored ? 'rollback-failed' : 'rolled-back';
        return error instanceof failure/* Failure */.HR && error.kind === 'verdict' ? 'rejected' : 'failed';
    }
    #causeOf(error) {
        const what = this.#step?.title ?? 'start';
        if (this.#world.signal.aborted || error instanceof failure/* Cancelled */.cJ) {
            return { what, because: (0,failure/* sayError */.Iq)(this.#world.signal.reason ?? error), evidence: [], next: '' };
        }
        if (!(error instanceof failure/* Failure */.HR))
            return { what, because: (0,failure/* sayError */.Iq)(error), evidence: [], next: '' };
        const because = error.kind === 'verdict' || error.kind === 'superseded' ? error.because : (0,failure/* sayError */.Iq)(error);
        return { what, because, evidence: error.evidence, next: error.next };
    }
}
/**
 * Puts back what the journal says, newest first. `patient` looks at each thing until it is really so; without it,
 * it only asks, which is all that there is time for after a cancel.
 */
async function unwind(world, which, manner) {
    const leftovers = [];
    const mine = world.journal.pending().filter((undo) => undo.when === which);
    for (const undo of mine.toReversed()) {
        if (world.signal.aborted)
            break;
        const leftover = await putBack(undo, world, manner);
        if (leftover !== undefined)
            leftovers.push(leftover);
    }
    return leftovers;
}
async function putBack(undo, world, manner) {
    const { journal, report, signal } = world;
    report({ kind: 'undo', undo, is: 'begun' });
    let asked = false;
    try {
        await handle(world.undo, undo);
        asked = true;
        report({ kind: 'undo', undo, is: 'asked' });
        if (manner === 'patient' && undo.verify !== undefined) {
            await watch(undo.verify, world);
            report({ kind: 'undo', undo, is: 'verified' });
        }
        journal.forget(undo);
        return undefined;
    }
    catch (error) {
        if (signal.aborted)
            return undefined;
        const because = asked ? `asked for, but ${(0,failure/* sayError */.Iq)(error)}` : (0,failure/* sayError */.Iq)(error);
        report({ kind: 'undo', undo, is: 'failed', because });
        // What AWS has not taken stays in the journal: `post` tries once more.
        if (asked)
            journal.forget(undo);
        return { what: undo.title, because, byHand: undo.byHand };
    }
}
async function undosOf(deeds, act) {
    const deed = deeds[act.kind];
    return deed.undo(act);
}
async function doAct(deeds, act) {
    const deed = deeds[act.kind];
    return deed.do(act);
}


/***/ }),

/***/ 9058:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ isGood)
/* harmony export */ });
/** Whether the job is green. */
function isGood(outcome) {
    return outcome.is === 'succeeded' || outcome.is === 'planned';
}


/***/ }),

/***/ 9341:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P_: () => (/* binding */ Refusal),
/* harmony export */   Vb: () => (/* binding */ sayProblem),
/* harmony export */   Yb: () => (/* binding */ refuseIfAny)
/* harmony export */ });
/** What was asked cannot be tried; nothing has been changed. Names every problem that was found, not only the first. */
class Refusal extends Error {
    problems;
    constructor(first, ...others) {
        const problems = [first, ...others];
        super(problems.map(sayProblem).join('\n'));
        this.name = 'Refusal';
        this.problems = problems;
    }
}
/** `where: what` */
function sayProblem(problem) {
    return problem.where === '' ? problem.what : `${problem.where}: ${problem.what}`;
}
/** Throws a Refusal when there is a problem. */
function refuseIfAny(problems) {
    const [first, ...others] = problems;
    if (first !== undefined)
        throw new Refusal(first, ...others);
}


/***/ }),

/***/ 4486:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ createReporter)
/* harmony export */ });
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8624);

/** A renderer that throws is told about once and never fails the rollout. */
function createReporter(about, clock, render) {
    const startedAt = clock.now();
    const events = [];
    let broken = false;
    const report = (event) => {
        const timed = { ...event, at: clock.now() };
        events.push(timed);
        try {
            render(timed);
        }
        catch (error) {
            if (broken)
                return;
            broken = true;
            report({ kind: 'warning', message: `the log is not complete: ${(0,_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .sayError */ .Iq)(error)}` });
        }
    };
    const read = (outcome) => {
        const plan = events.findLast((event) => event.kind === 'planned')?.plan;
        return {
            schema: 1,
            ...about,
            startedAt,
            finishedAt: clock.now(),
            outcome,
            facts: Object.fromEntries(events.flatMap((event) => (event.kind === 'fact' ? [[event.name, event.value]] : []))),
            ...(plan === undefined ? {} : { plan }),
            phases: plan === undefined ? [] : phasesOf(plan, events),
            calls: countCalls(events),
            events,
        };
    };
    return { report, read };
}
function phasesOf(plan, events) {
    const since = events.findLastIndex((event) => event.kind === 'planned');
    const steps = events.slice(since).filter((event) => event.kind === 'step');
    return plan.steps.map(({ title, kind }, index) => {
        const mine = steps.filter((event) => event.index === index);
        const begun = mine.find((event) => event.is === 'begun');
        const ended = mine.find((event) => event.is !== 'begun');
        if (begun === undefined)
            return { title, kind, is: 'not-begun' };
        if (ended === undefined)
            return { title, kind, is: 'begun', startedAt: begun.at };
        return { title, kind, is: ended.is, startedAt: begun.at, took: ended.at - begun.at };
    });
}
function countCalls(events) {
    const counts = {};
    for (const event of events) {
        if (event.kind === 'call')
            counts[event.operation] = (counts[event.operation] ?? 0) + 1;
    }
    return counts;
}


/***/ }),

/***/ 5139:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   IX: () => (/* binding */ pass),
/* harmony export */   fJ: () => (/* binding */ fail),
/* harmony export */   uk: () => (/* binding */ wait)
/* harmony export */ });
const pass = (because, more = {}) => ({ is: 'pass', because, ...more });
const wait = (because, more = {}) => ({ is: 'wait', because, ...more });
const fail = (because, more = {}) => ({ is: 'fail', because, ...more });


/***/ }),

/***/ 3859:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AO: () => (/* binding */ unwrapTaskDefinition),
/* harmony export */   c0: () => (/* binding */ readOnlyFields),
/* harmony export */   uP: () => (/* binding */ describedServiceKey)
/* harmony export */ });
/* harmony import */ var _validate_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4136);

/** What AWS adds to a task definition when it describes one, and does not take back when one is registered. */
const readOnlyFields = new Set([
    'compatibilities',
    'deleteRequestedAt',
    'deregisteredAt',
    'registeredAt',
    'registeredBy',
    'requiresAttributes',
    'revision',
    'status',
    'taskDefinitionArn',
]);
/** Accepts a bare definition and a described one alike; read-only fields go, all else stays as it is. */
function unwrapTaskDefinition(value) {
    if (!(0,_validate_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value))
        return { value, base: [], strangers: [] };
    const inner = value.taskDefinition;
    if (!(0,_validate_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(inner) || Object.hasOwn(value, 'family') || Object.hasOwn(value, 'containerDefinitions')) {
        return { value: withoutReadOnlyFields(value), base: [], strangers: [] };
    }
    const tags = Object.hasOwn(value, 'tags') ? { tags: value.tags } : {};
    const strangers = Object.keys(value).filter((key) => key !== 'taskDefinition' && key !== 'tags');
    // Tags on both levels: the inner ones do not come from AWS, so they are told instead of being overwritten.
    if (Object.hasOwn(value, 'tags') && Object.hasOwn(inner, 'tags'))
        strangers.push('tags');
    return { value: { ...withoutReadOnlyFields(inner), ...tags }, base: ['taskDefinition'], strangers };
}
function withoutReadOnlyFields(value) {
    return Object.fromEntries(Object.entries(value).filter(([key]) => !readOnlyFields.has(key)));
}
/** The key under which a file holds what `aws ecs describe-services` (or create-service, update-service) prints. */
function describedServiceKey(value) {
    if (!(0,_validate_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value) || Object.hasOwn(value, 'serviceName'))
        return undefined;
    if (Array.isArray(value.services))
        return 'services';
    return (0,_validate_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value.service) ? 'service' : undefined;
}


/***/ }),

/***/ 1201:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ loadShapes)
/* harmony export */ });
/** Loads the SDK's client, which the program needs anyway, for the schemas that come with it. */
async function loadShapes() {
    // Dynamic, so that the bundler puts the client into a chunk of its own.
    const ecs = await Promise.all(/* import() */[__webpack_require__.e(861), __webpack_require__.e(212)]).then(__webpack_require__.t.bind(__webpack_require__, 212, 19));
    return {
        CreateServiceRequest: structure(ecs.CreateServiceRequest$),
        NetworkConfiguration: structure(ecs.NetworkConfiguration$),
        RegisterTaskDefinitionRequest: structure(ecs.RegisterTaskDefinitionRequest$),
        RunTaskRequest: structure(ecs.RunTaskRequest$),
        Service: structure(ecs.Service$),
        TaskDefinition: structure(ecs.TaskDefinition$),
        UpdateServiceRequest: structure(ecs.UpdateServiceRequest$),
    };
}
/** [3, or 4 for a union, namespace, name, traits, member names, member schemas, how many of the first are required] */
function structure(schema) {
    const [kind, , name, , names, schemas, required] = schema;
    const members = asList(names).map(String);
    return {
        is: 'structure',
        name: String(name),
        union: kind === 4,
        members: new Map(members.map((member, index) => [member, () => memberShape(`${name}.${member}`, asList(schemas)[index])])),
        required: [...members.slice(0, typeof required === 'number' ? required : 0), ...(alsoRequired[String(name)] ?? [])],
    };
}
/** AWS refuses a container without these ("Container.image should not be null or empty"), its schema does not. */
const alsoRequired = { ContainerDefinition: ['name', 'image'] };
/** The schemas have one code for all numbers; these are the only doubles in the models of the requests above. */
const fractions = new Set([
    'LinearConfiguration.stepPercent',
    'CanaryConfiguration.canaryPercent',
]);
function memberShape(name, reference) {
    const shape = shapeOf(reference);
    return shape.is === 'number' ? { is: 'number', whole: !fractions.has(name) } : shape;
}
function shapeOf(reference) {
    if (typeof reference === 'function')
        return shapeOf(reference());
    if (typeof reference === 'number')
        return simple(reference);
    if (!Array.isArray(reference))
        return { is: 'anything' };
    if (reference.length === 2)
        return shapeOf(reference[0]); // [schema, traits]
    if (reference[0] === 0)
        return shapeOf(reference[4]); // a simple schema with a name
    if (reference[0] === 1)
        return { is: 'list', of: shapeOf(reference[4]) };
    if (reference[0] === 2)
        return { is: 'map', of: shapeOf(reference[5]) };
    return reference[0] === 3 || reference[0] === 4 ? structure(reference) : { is: 'anything' };
}
/** The low six bits are the type, the high ones make it a list (64) or a map (128) of that type. */
function simple(code) {
    if (code & 128)
        return { is: 'map', of: simple(code & 63) };
    if (code & 64)
        return { is: 'list', of: simple(code & 63) };
    if (code === 0)
        return { is: 'string' };
    if (code === 1)
        return { is: 'number', whole: true };
    // Timestamps, blobs and documents: no request above has any.
    return code === 2 ? { is: 'boolean' } : { is: 'anything' };
}
function asList(value) {
    return Array.isArray(value) ? value : [];
}


/***/ }),

/***/ 9110:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ fold),
/* harmony export */   Z: () => (/* binding */ suggest)
/* harmony export */ });
/* harmony import */ var fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1916);

/** The name that somebody most likely meant, if any is close: other case and `_` or `-` count as the same. */
function suggest(typed, known) {
    const same = known.find((name) => fold(name) === fold(typed));
    if (same !== undefined)
        return same;
    const [nearest] = known
        .map((name) => ({ name, far: farness(fold(typed), fold(name)) }))
        .filter(({ name, far }) => far <= allowance(Math.min(typed.length, name.length)))
        .sort((a, b) => a.far - b.far);
    return nearest?.name;
}
/** `containerPort`, `ContainerPort`, `container_port` and `container-port` are one name. */
function fold(name) {
    return name.replaceAll(/[-_]/g, '').toLowerCase();
}
/** Swapped letters are one slip, which Levenshtein counts as two. */
function farness(a, b) {
    return [...a].sort().join('') === [...b].sort().join('') ? 1 : (0,fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__/* .distance */ .Io)(a, b);
}
function allowance(length) {
    if (length < 5)
        return 1;
    return length < 10 ? 2 : 3;
}


/***/ }),

/***/ 4136:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gv: () => (/* binding */ isObject),
/* harmony export */   Nn: () => (/* binding */ inspect)
/* harmony export */ });
/* unused harmony export validate */
/* harmony import */ var _schema_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1201);
/* harmony import */ var _suggest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9110);



/** Every key and type that the SDK's schema does not allow; the SDK itself drops such keys silently. */
async function validate(value, shape) {
    const shapes = await loadShapes();
    return inspect(value, shapes[shape]).map(({ path, what }) => ({ path: showPath(path), what }));
}
/** Holds a value against a shape; values are never repeated in what is said, since they may be secrets. */
function inspect(value, shape, hint = () => undefined) {
    const look = (item, expected, path) => {
        if (item === undefined)
            return path.length === 0 ? [{ path, what: 'is missing', untyped: true }] : [];
        if (item === null)
            return [{ path, what: 'is null; leave it out', untyped: true }];
        const unlike = mismatch(item, expected);
        if (unlike !== undefined)
            return [{ path, what: unlike, untyped: true }];
        if (expected.is === 'list' && Array.isArray(item)) {
            return item.flatMap((each, index) => look(each, expected.of, [...path, index]));
        }
        if (!isObject(item))
            return [];
        if (expected.is === 'map')
            return Object.entries(item).flatMap(([key, each]) => look(each, expected.of, [...path, key]));
        return expected.is === 'structure' ? lookInside(item, expected, path) : [];
    };
    const lookInside = (item, expected, path) => {
        const present = Object.entries(item).flatMap(([key, each]) => {
            if (each === undefined)
                return [];
            const member = expected.members.get(key)?.();
            if (member !== undefined)
                return look(each, member, [...path, key]);
            const help = path.length === 0 ? hint(key) : undefined;
            return [{ path: [...path, key], what: unknownKey(key, expected, shape, help) }];
        });
        const missing = expected.required.filter((key) => !Object.hasOwn(item, key) || item[key] === undefined);
        const lacks = missing.map((key) => ({ path: [...path, key], what: 'is missing' }));
        const oneOf = expected.union && Object.keys(item).length !== 1;
        const choice = oneOf
            ? [{ path, what: `should have exactly one of ${[...expected.members.keys()].join(', ')}` }]
            : [];
        return [...present, ...lacks, ...choice];
    };
    return look(value, shape, []);
}
/** Whether a value is an object, and neither null nor a list. */
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
const expectations = {
    anything: 'anything',
    boolean: 'true or false',
    list: 'a list, in [ ]',
    map: 'an object, in { }',
    number: 'a number',
    string: 'a string',
    structure: 'an object, in { }',
};
function mismatch(value, expected) {
    if (expected.is === 'anything')
        return undefined;
    const is = kindOf(value);
    if (expected.is === 'number' && is === 'number') {
        return expected.whole && !Number.isInteger(value) ? 'should be a whole number, but has a fraction' : undefined;
    }
    if (is === (expected.is === 'map' || expected.is === 'structure' ? 'object' : expected.is))
        return undefined;
    return `should be ${expectations[expected.is]}${quoting(value, expected)}, but is ${article[is]}`;
}
/** The usual slip: quotes too many, or too few as in the `cpu` of a task, which is a string although a container's is not. */
function quoting(value, expected) {
    if (expected.is === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
        return ' (in double quotes)';
    const bare = typeof value === 'string' ? value.trim() : '';
    if (expected.is === 'number' && /^-?\d+(\.\d+)?$/.test(bare))
        return ' (without quotes)';
    return expected.is === 'boolean' && /^(true|false)$/i.test(bare) ? ' (without quotes)' : '';
}
const article = {
    boolean: 'a boolean',
    list: 'a list',
    number: 'a number',
    object: 'an object',
    string: 'a string',
};
function kindOf(value) {
    if (Array.isArray(value))
        return 'list';
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')
        return typeof value;
    return 'object';
}
function unknownKey(key, parent, top, help) {
    const known = [...parent.members.keys()];
    const near = (0,_suggest_js__WEBPACK_IMPORTED_MODULE_1__/* .suggest */ .Z)(key, known);
    if (near !== undefined && (0,_suggest_js__WEBPACK_IMPORTED_MODULE_1__/* .fold */ .A)(near) === (0,_suggest_js__WEBPACK_IMPORTED_MODULE_1__/* .fold */ .A)(key))
        return `is not known; did you mean ${near}?`;
    if (help !== undefined)
        return help;
    const homes = homesOf(key, top);
    // A key that has many homes (`name`) says nothing about which one was meant.
    if (homes.length > 0 && homes.length <= 2)
        return `is not known here; it belongs into ${homes.join(' or ')}`;
    return near === undefined ? 'is not known' : `is not known; did you mean ${near}?`;
}
/** The places under `top` that have a member of this very name. */
function homesOf(key, top) {
    const search = (shape, path, above) => {
        if (shape.is === 'list')
            return search(shape.of, `${path}[]`, above);
        if (shape.is !== 'structure' || above.includes(shape.name))
            return [];
        const here = shape.members.has(key) ? [path === '' ? 'the top level' : path] : [];
        const inner = [...shape.members].flatMap(([name, member]) => search(member(), path === '' ? name : `${path}.${name}`, [...above, shape.name]));
        return [...here, ...inner];
    };
    return search(top, '', []);
}


/***/ }),

/***/ 6299:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   PW: () => (/* binding */ leftoverAnnotation),
/* harmony export */   Pi: () => (/* binding */ endAnnotation),
/* harmony export */   QC: () => (/* binding */ tellRefusal)
/* harmony export */ });
/* harmony import */ var _core_problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9341);
/* harmony import */ var _escape_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5151);
/* harmony import */ var _words_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7631);



/** GitHub shows about 4 KB of an annotation; what comes last, the next step, must not be what is cut. */
const most = { why: 1400, leftovers: 1200 };
/** The one annotation of an outcome that is not good: what, why, whether the service is intact, and what next. */
function endAnnotation(outcome, about) {
    const { cause, leftovers } = outcome;
    const next = (0,_words_js__WEBPACK_IMPORTED_MODULE_1__/* .nextStep */ .sk)(outcome);
    const message = [
        (0,_words_js__WEBPACK_IMPORTED_MODULE_1__/* .headline */ .Pl)(outcome, about),
        '',
        ...(cause === undefined
            ? []
            : [`Step: ${(0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .logLine */ .BP)(cause.what)}`, `Why: ${(0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .clip */ .$Q)((0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .cleanText */ .X5)(cause.because).trim(), most.why)}`]),
        ...(leftovers.length === 0 ? [] : [(0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .clip */ .$Q)(`Left over: ${leftovers.map(sayLeftover).join('; ')}`, most.leftovers)]),
        ...(next === '' ? [] : [`Next: ${(0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .clip */ .$Q)((0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .logLine */ .BP)(next), 600)}`]),
    ].join('\n');
    return { level: 'error', title: titleOf(outcome.is, about), message };
}
/** For a rollout that is done, but not tidy. */
function leftoverAnnotation(outcome, about) {
    const left = (0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .clip */ .$Q)(outcome.leftovers.map(sayLeftover).join('; '), most.leftovers);
    const message = `${(0,_words_js__WEBPACK_IMPORTED_MODULE_1__/* .headline */ .Pl)(outcome, about)}\nLeft over: ${left}\nNext: ${(0,_words_js__WEBPACK_IMPORTED_MODULE_1__/* .nextStep */ .sk)(outcome)}`;
    return { level: 'warning', title: titleOf('left something over', about), message };
}
function titleOf(what, { command, service }) {
    const subject = command === 'rehearse' ? 'ECS rehearsal' : 'ECS rollout';
    return (0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .clip */ .$Q)((0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .logLine */ .BP)(`${subject} ${what.replaceAll('-', ' ')}${service === undefined ? '' : `: ${service}`}`), 200);
}
const sayLeftover = ({ what, because, byHand }) => (0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .logLine */ .BP)(`${what} (${because})${byHand === undefined ? '' : `; by hand: ${byHand}`}`);
/**
 * Tells that what was asked cannot be tried, in one error that names every problem. After it no `ended` event may go to
 * the log, or the job would have two errors.
 */
function tellRefusal(refusal, told) {
    const { output, about, callsMade } = told;
    const { problems } = refusal;
    const [first] = problems;
    const unchanged = callsMade ? 'Nothing was changed.' : 'Nothing was changed, and no call to AWS was made.';
    const said = problems.map((problem) => (0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .logLine */ .BP)((0,_core_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .sayProblem */ .Vb)(problem) + (0,_words_js__WEBPACK_IMPORTED_MODULE_1__/* .placeOf */ .$t)(problem)));
    const one = problems.length === 1;
    // What comes last is what GitHub cuts when the list is long; the job log has all of it.
    const lines = one
        ? [...said, unchanged]
        : [`${(0,_words_js__WEBPACK_IMPORTED_MODULE_1__/* .count */ .U9)(problems.length, 'problem')}. ${unchanged}`, ...said.map((s) => `- ${s}`)];
    output.annotate({
        level: 'error',
        title: titleOf('refused', about),
        message: lines.join('\n'),
        ...(one && first.at !== undefined ? { at: first.at } : {}),
    });
}


/***/ }),

/***/ 5151:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $Q: () => (/* binding */ clip),
/* harmony export */   BP: () => (/* binding */ logLine),
/* harmony export */   DV: () => (/* binding */ codeBlock),
/* harmony export */   X5: () => (/* binding */ cleanText),
/* harmony export */   _b: () => (/* binding */ mermaidLabel),
/* harmony export */   aY: () => (/* binding */ code),
/* harmony export */   wD: () => (/* binding */ markdown),
/* harmony export */   zQ: () => (/* binding */ markdownLines)
/* harmony export */ });
// Everything that comes from outside is somebody else's text: it is made harmless for the place where it is shown.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const ansi = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const control = /[\u0000-\u0008\u000b-\u001f\u007f\u0080-\u009f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** Text without terminal codes and characters that nobody sees; it keeps its lines. */
function cleanText(text) {
    return text.replaceAll(/\r\n?/g, '\n').replaceAll(ansi, '').replaceAll(control, '').replaceAll('##[', '# #[');
}
/** Text on one line of the job log, where it cannot begin a workflow command. */
function logLine(text) {
    return cleanText(text).trim().replaceAll(/\s+/g, ' ').replace(/^::/, ': :');
}
/** Text cut to a length in characters; says so with `…`. */
function clip(text, length) {
    const letters = Array.from(text.length > 2 * length ? text.slice(0, 2 * length) : text);
    return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : text;
}
/** The most of a text that a table or a paragraph of the summary shows, in characters. */
const most = 2000;
/**
 * Text in Markdown, in a table cell too: shown as it is, on one line. Entities rather than backslashes, because a cell is
 * cut at `|` before backslashes are understood; no mention, no link, no formula comes of it.
 */
function markdown(text) {
    return clip(logLine(text), most)
        .replaceAll(/[&<>"`*_~[\]|\\#]/g, entity)
        .replaceAll('$', '<span>$</span>')
        .replaceAll(/(?<![\w.])@(?=\w)/g, '@&#8203;')
        .replace(/^([-+]|\d+[.)])/, (start) => start.replace(/[-+.)]/, entity));
}
/** Text in Markdown that keeps its lines. */
function markdownLines(text) {
    return cleanText(text).trim().split('\n').map(markdown).join('<br>');
}
/** A name or a value in Markdown, as code, in a table cell too. */
function code(text) {
    return text.trim() === '' ? '' : `<code>${markdown(text)}</code>`;
}
/** A block of code in Markdown, whatever backticks it has. */
function codeBlock(text, language = '') {
    const clean = cleanText(text).trim();
    const longest = Math.max(2, ...Array.from(clean.matchAll(/`+/g), ([run]) => run.length));
    const fence = '`'.repeat(longest + 1);
    return `${fence}${language}\n${clean}\n${fence}`;
}
const entity = (character) => `&#${character.codePointAt(0)};`;
/** Words that begin a line of a gantt chart with another meaning than a title. */
const keywords = /^(gantt|section|title|click|call|href|vert|dateFormat|axisFormat|tickInterval|excludes|includes|todayMarker|weekday|weekend|topAxis|inclusiveEndDates|acc(Title|Descr)|\d{4}-)/i;
/** A title in a Mermaid gantt chart: a colon would end it, and `%`, `#` and `;` begin a comment or an entity. */
function mermaidLabel(text) {
    const label = clip(logLine(text), 60)
        .replaceAll(':', '∶')
        .replaceAll(';', ',')
        .replaceAll('%', '％')
        .replaceAll('#', '＃')
        .replaceAll(/["`]/g, "'")
        .replaceAll('<', '‹')
        .replaceAll('>', '›')
        .replaceAll(/[\\{}]/g, ' ')
        .trim();
    return keywords.test(label) ? `· ${label}` : label || '·';
}


/***/ }),

/***/ 8253:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P4: () => (/* binding */ alignRows),
/* harmony export */   dK: () => (/* binding */ evidenceRows),
/* harmony export */   qo: () => (/* binding */ clockTime)
/* harmony export */ });
/* harmony import */ var _escape_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5151);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(926);


/** Evidence as lines for the log; reasons that `said` has already are left out. */
function evidenceRows(evidence, said = '') {
    const unsaid = (reason = '') => (reason === '' || said.includes((0,_escape_js__WEBPACK_IMPORTED_MODULE_0__/* .logLine */ .BP)(reason)) ? '' : `: ${reason}`);
    switch (evidence.kind) {
        case 'task': {
            const { task, status, stopCode, stoppedReason, containers } = evidence;
            const row = rowOf(`task ${(0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .shortName */ .E)(task)}`, `${list(status, stopCode)}${unsaid(stoppedReason)}`);
            return [
                row,
                ...containers.map((container) => containerRow(container, `${said} ${(0,_escape_js__WEBPACK_IMPORTED_MODULE_0__/* .logLine */ .BP)(stoppedReason ?? '')}`)),
            ];
        }
        case 'target': {
            const { targetGroup, target, state, reason, description } = evidence;
            return [rowOf(`target ${target}`, `${state} in ${(0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .shortName */ .E)(targetGroup)}${unsaid(list(reason, description))}`)];
        }
        case 'deployment': {
            const { id, taskDefinition, state, because, desired, running, failed } = evidence;
            const counts = `${running} of ${desired} running, ${failed} failed`;
            const text = `${list(state, (0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .shortName */ .E)(taskDefinition), counts)}${unsaid(because)}`;
            return [rowOf(`deployment ${(0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .shortName */ .E)(id)}`, text)];
        }
        case 'service-event':
            return [rowOf(`event ${clockTime(evidence.happened)}`, evidence.message)];
        case 'alarm':
            return [rowOf(`alarm ${evidence.alarm}`, `${evidence.state}${unsaid(evidence.because)}`)];
        case 'call': {
            const { operation, code, message, requestId } = evidence;
            return [rowOf(`call ${operation}`, `${code}${unsaid(message)}${inBrackets('request id', requestId)}`)];
        }
    }
}
function containerRow({ name, image, status, health, exitCode, reason }, said) {
    const exit = exitCode === undefined ? undefined : `exit code ${exitCode}`;
    const state = list(exit, health === 'UNKNOWN' ? undefined : health, status) || 'nothing is known of it';
    const why = reason === undefined || said.includes((0,_escape_js__WEBPACK_IMPORTED_MODULE_0__/* .logLine */ .BP)(reason)) ? '' : `: ${reason}`;
    return rowOf(`  container ${name}`, `${state}${why}${inBrackets('image', image)}`);
}
const rowOf = (label, text) => [(0,_escape_js__WEBPACK_IMPORTED_MODULE_0__/* .cleanText */ .X5)(label).replaceAll('\n', ' '), (0,_escape_js__WEBPACK_IMPORTED_MODULE_0__/* .logLine */ .BP)(text)];
const list = (...parts) => parts.filter((part) => part).join(', ');
const inBrackets = (what, value) => value === undefined ? '' : ` (${what} ${value})`;
/** Rows with their texts under each other; a label that is too long for the column stands alone. */
function alignRows(rows) {
    const width = Math.min(42, Math.max(...rows.map(([label]) => label.length)));
    return rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`);
}
/** `03:14:07Z`: when something happened in AWS, in UTC. */
function clockTime(at) {
    return Number.isFinite(at) ? `${new Date(at).toISOString().slice(11, 19)}Z` : 'unknown';
}


/***/ }),

/***/ 216:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ createMask),
/* harmony export */   f: () => (/* binding */ maskDeep)
/* harmony export */ });
/** A value that is shorter than this is in every other word. */
const shortest = 4;
/** Makes a mask that replaces every secret with `***`, the longest first, so that no end of a longer one is left. */
function createMask(secrets) {
    const known = [...new Set(secrets)].filter((secret) => secret.length >= shortest).sort((a, b) => b.length - a.length);
    return (text) => known.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}
/** Masks every text in a value that is to become JSON; names of properties stay. */
function maskDeep(value, mask) {
    return deep(value, mask);
}
function deep(value, mask) {
    if (typeof value === 'string')
        return mask(value);
    if (Array.isArray(value))
        return value.map((item) => deep(item, mask));
    if (value === null || typeof value !== 'object' || value instanceof Date)
        return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, deep(item, mask)]));
}


/***/ }),

/***/ 926:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ shortName),
/* harmony export */   h: () => (/* binding */ linksFor)
/* harmony export */ });
/** The name that people use for an ARN: `tg-web`, `web:42`, a task's id; anything else is given back as it is. */
function shortName(text) {
    const resource = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$/.exec(text)?.[1];
    if (resource === undefined)
        return text;
    const [kind, name, ...rest] = resource.split('/');
    return kind === 'targetgroup' ? (name ?? resource) : (rest.at(-1) ?? name ?? resource);
}
/** Makes the console's addresses for a place. */
function linksFor({ region, cluster, service }) {
    const domain = domainOf(region);
    if (domain === undefined)
        return undefined;
    const ecs = `https://${region}.console.${domain}/ecs/v2`;
    const to = (...parts) => `${[ecs, ...parts.map(encode)].join('/')}?region=${region}`;
    const inCluster = (...parts) => to('clusters', shortName(cluster), ...parts);
    return {
        cluster: inCluster('services'),
        service: inCluster('services', shortName(service), 'health'),
        revision: (arn) => to('task-definitions', ...shortName(arn).split(':'), 'containers'),
        task: (arn) => inCluster('tasks', shortName(arn), 'configuration'),
    };
}
/** A parenthesis would end a link of Markdown. */
const encode = (part) => encodeURIComponent(part).replaceAll('(', '%28').replaceAll(')', '%29');
/** A region that does not look like one makes no address: it would be somebody else's host name. */
function domainOf(region) {
    if (!/^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/.test(region) || /^(us-iso|eu-iso|eusc-)/.test(region))
        return undefined;
    if (region.startsWith('cn-'))
        return 'amazonaws.cn';
    return region.startsWith('us-gov-') ? 'amazonaws-us-gov.com' : 'aws.amazon.com';
}


/***/ }),

/***/ 6806:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Jf: () => (/* binding */ outputFor),
/* harmony export */   LZ: () => (/* binding */ saveState),
/* harmony export */   _o: () => (/* binding */ isDebug),
/* harmony export */   rZ: () => (/* binding */ wantsColours),
/* harmony export */   uH: () => (/* binding */ setOutput)
/* harmony export */ });
/* unused harmony exports jobLog, plainLines */
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3218);

const annotateAs = { notice: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .notice */ .lm, warning: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e, error: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .error */ .z3 };
/** The log of a job, by workflow commands, which @actions/core escapes. */
const jobLog = {
    print: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq,
    startGroup: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .startGroup */ .Oh,
    endGroup: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .endGroup */ .N4,
    debug: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .debug */ .Yz,
    annotate: ({ level, title, message, at }) => {
        const place = at === undefined ? {} : { file: at.file, startLine: at.line, startColumn: at.column };
        annotateAs[level](message, { title, ...place });
    },
};
/** Plain lines, for a terminal and for whatever must not become an annotation. */
function plainLines(print) {
    return {
        print,
        startGroup: (title) => print(`\n${title}`),
        endGroup: () => { },
        debug: () => { },
        annotate: ({ level, message }) => print(level === 'error' ? message : `${level}: ${message}`),
    };
}
/** The job log inside a job, plain lines on a person's own machine. */
function outputFor(environment) {
    return environment.GITHUB_ACTIONS === 'true' ? jobLog : plainLines(_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq);
}
/** Whether the log may have colours: GitHub shows them, and https://no-color.org turns them off. */
function wantsColours(environment, isTerminal) {
    return !environment.NO_COLOR && (environment.GITHUB_ACTIONS === 'true' || isTerminal);
}
/** Whether somebody has asked for the debug log of this step. */
const isDebug = () => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .isDebug */ ._o();
/** Sets an output of the step; outside GitHub, where @actions/core would print a command of old, nothing. */
function setOutput(name, value) {
    if (process.env.GITHUB_OUTPUT)
        _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setOutput */ .uH(name, value);
}
/** Saves what `post` will read, before it returns; outside GitHub, where there is no `post`, nothing. */
function saveState(name, value) {
    if (process.env.GITHUB_STATE)
        _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .saveState */ .LZ(name, value);
}


/***/ }),

/***/ 9901:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  ly: () => (/* binding */ markBegun),
  zX: () => (/* binding */ readLeftState),
  BK: () => (/* binding */ saveReportPath),
  P3: () => (/* binding */ stateJournal)
});

;// CONCATENATED MODULE: ./build/core/journal.js
/** A journal that hands its whole content to `save` at every change; `before` is what an earlier process has left. */
function createJournal(save, before = []) {
    let pending = before;
    const become = (next) => {
        if (next.length === pending.length)
            return;
        pending = next;
        save(pending);
    };
    return {
        pending: () => pending,
        record: (undo) => become([...pending, undo]),
        forget: (undo) => become(pending.filter((other) => other !== undo)),
        commit: () => become(pending.filter((undo) => undo.when === 'always')),
    };
}

// EXTERNAL MODULE: ./build/github/runner.js
var runner = __webpack_require__(6806);
;// CONCATENATED MODULE: ./build/github/state.js


/** A journal that `post` can read even when this process was killed; outside GitHub it is in memory only. */
function stateJournal(before = []) {
    return createJournal((pending) => (0,runner/* saveState */.LZ)('journal', JSON.stringify(pending)), before);
}
/** Tells `post` that the main phase has begun to change things. */
function markBegun() {
    (0,runner/* saveState */.LZ)('main', 'began');
}
/** Tells `post` where the report is. */
function saveReportPath(path) {
    (0,runner/* saveState */.LZ)('report', path);
}
/** Reads what the main phase has left; `undefined` when it has left nothing. Throws when the journal cannot be read. */
function readLeftState(environment) {
    const { STATE_journal: text, STATE_report: reportPath, STATE_main: main } = environment;
    if (!text && !reportPath && !main)
        return undefined;
    return {
        journal: text ? parseJournal(text) : [],
        ...(reportPath ? { reportPath } : {}),
        main: main === 'began' ? 'began' : undefined,
    };
}
function parseJournal(text) {
    try {
        const found = JSON.parse(text);
        if (!Array.isArray(found) || !found.every(isUndo))
            throw new TypeError('it is not a list of things to put back');
        return found;
    }
    catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`the journal of the main phase cannot be read (${why}); nothing was put back: look for canary tasks in the cluster by hand`, { cause });
    }
}
const isUndo = (item) => typeof item === 'object' && item !== null && 'kind' in item && 'when' in item && 'title' in item;


/***/ }),

/***/ 7364:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Iv: () => (/* binding */ publishSummary),
  Ng: () => (/* binding */ renderPostSummary),
  Br: () => (/* binding */ renderSummary)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./build/core/duration.js
var duration = __webpack_require__(1420);
// EXTERNAL MODULE: ./build/github/escape.js
var github_escape = __webpack_require__(5151);
// EXTERNAL MODULE: ./build/github/evidence.js
var evidence = __webpack_require__(8253);
// EXTERNAL MODULE: ./build/github/names.js
var names = __webpack_require__(926);
;// CONCATENATED MODULE: ./build/github/page.js
/** A Markdown table. */
function table({ head, rows }) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
const bytes = (text) => Buffer.byteLength(text);
/**
 * Puts the parts of a page together in at most `most` bytes. Folded tables give way first, their oldest rows before
 * their newest; then the last parts; the first part never.
 */
function putTogether(parts, most) {
    const [first = '', ...others] = parts.filter((part) => typeof part !== 'string' || part !== '');
    let left = most - bytes(fold(first, most));
    const room = new Map();
    for (const part of [...others.filter((p) => typeof p === 'string'), ...others.filter((p) => typeof p !== 'string')]) {
        const text = fold(part, left - 2);
        if (text === '' || bytes(text) + 2 > left)
            continue;
        left -= bytes(text) + 2;
        room.set(part, text);
    }
    return [fold(first, most), ...others.flatMap((part) => room.get(part) ?? [])].join('\n\n');
}
/** A part as Markdown; a folded table with as many of its last rows as fit, or nothing. */
function fold(part, most) {
    if (typeof part === 'string')
        return part;
    const { head, rows } = part.table;
    const render = (shown) => {
        const missing = rows.length - shown.length;
        const said = missing === 0 ? `${rows.length}` : `the last ${shown.length} of ${rows.length}`;
        return `<details><summary>${part.title} (${said})</summary>\n\n${table({ head, rows: shown })}\n\n</details>`;
    };
    let left = most - bytes(render([])) - 40;
    let from = rows.length;
    while (from > 0 && left >= 0) {
        left -= bytes(table({ head: [], rows: [rows[from - 1] ?? []] }));
        if (left >= 0)
            from--;
    }
    return from === rows.length ? '' : render(rows.slice(from));
}

;// CONCATENATED MODULE: ./build/github/evidence-tables.js




/** Evidence as Markdown tables, one for each kind of thing that was seen. */
function evidenceTables(evidence) {
    const of = (kind) => evidence.filter((one) => one.kind === kind);
    const tables = [
        tasks(of('task')),
        containers(of('task')),
        targets(of('target')),
        deployments(of('deployment')),
        alarms(of('alarm')),
        calls(of('call')),
        events(of('service-event')),
    ];
    return tables.filter(({ rows }) => rows.length > 0).map((one) => table(withoutEmptyColumns(one)));
}
/** A column that says nothing only makes the others narrow. */
function withoutEmptyColumns({ head, rows }) {
    const kept = head.map((_, column) => rows.some((row) => row[column] !== ''));
    const keep = (row) => row.filter((_, column) => kept[column]);
    return { head: keep(head), rows: rows.map(keep) };
}
const tasks = (seen) => ({
    head: ['Task', 'Status', 'Stop code', 'Stopped reason'],
    rows: seen.map(({ task, status, stopCode, stoppedReason }) => [
        (0,github_escape/* code */.aY)((0,names/* shortName */.E)(task)),
        (0,github_escape/* markdown */.wD)(status),
        (0,github_escape/* markdown */.wD)(stopCode ?? ''),
        (0,github_escape/* markdown */.wD)(stoppedReason ?? ''),
    ]),
});
const containers = (seen) => ({
    head: ['Container', 'Status', 'Health', 'Exit code', 'Reason', 'Image', 'Task'],
    rows: seen.flatMap(({ task, containers }) => containers.map(({ name, status, health, exitCode, reason, image }) => [
        (0,github_escape/* code */.aY)(name),
        (0,github_escape/* markdown */.wD)(status ?? ''),
        health === 'UNKNOWN' ? '' : (0,github_escape/* markdown */.wD)(health ?? ''),
        exitCode === undefined ? '' : String(exitCode),
        (0,github_escape/* markdown */.wD)(reason ?? ''),
        (0,github_escape/* code */.aY)(image ?? ''),
        // With one task, everybody knows whose container it is.
        seen.length === 1 ? '' : (0,github_escape/* code */.aY)((0,names/* shortName */.E)(task)),
    ])),
});
const targets = (seen) => ({
    head: ['Target', 'Target group', 'State', 'Reason', 'Description'],
    rows: seen.map(({ target, targetGroup, state, reason, description }) => [
        (0,github_escape/* code */.aY)(target),
        (0,github_escape/* code */.aY)((0,names/* shortName */.E)(targetGroup)),
        (0,github_escape/* markdown */.wD)(state),
        (0,github_escape/* markdown */.wD)(reason ?? ''),
        (0,github_escape/* markdown */.wD)(description ?? ''),
    ]),
});
const deployments = (seen) => ({
    head: ['Deployment', 'Revision', 'State', 'Running', 'Failed', 'Reason'],
    rows: seen.map(({ id, taskDefinition, state, because, desired, running, failed }) => [
        (0,github_escape/* code */.aY)((0,names/* shortName */.E)(id)),
        (0,github_escape/* code */.aY)((0,names/* shortName */.E)(taskDefinition)),
        (0,github_escape/* markdown */.wD)(state),
        `${running} of ${desired}`,
        String(failed),
        (0,github_escape/* markdown */.wD)(because ?? ''),
    ]),
});
const alarms = (seen) => ({
    head: ['Alarm', 'State', 'Reason'],
    rows: seen.map(({ alarm, state, because }) => [(0,github_escape/* code */.aY)(alarm), (0,github_escape/* markdown */.wD)(state), (0,github_escape/* markdown */.wD)(because ?? '')]),
});
const calls = (seen) => ({
    head: ['Call', 'Error', 'Message', 'Request id'],
    rows: seen.map(({ operation, code: error, message, requestId }) => [
        (0,github_escape/* code */.aY)(operation),
        (0,github_escape/* code */.aY)(error),
        (0,github_escape/* markdown */.wD)(message),
        (0,github_escape/* code */.aY)(requestId ?? ''),
    ]),
});
const events = (seen) => ({
    head: ['UTC', 'Event of the service'],
    rows: seen.map(({ happened, message }) => [(0,evidence/* clockTime */.qo)(happened), (0,github_escape/* markdown */.wD)(message)]),
});

;// CONCATENATED MODULE: ./build/github/timeline.js


/** More rows than this are a wall; the shortest are left out. */
const mostBars = 40;
const sections = ['Changes', 'Checks', 'Put back'];
/** The steps of a rollout, and what was put back beside them, as a Mermaid gantt chart; empty when there is nothing to compare. */
function renderTimeline(report) {
    const bars = longest([...stepBars(report), ...undoBars(report)]);
    if (bars.length < 2)
        return '';
    const lines = sections.flatMap((section) => {
        const mine = bars.filter((bar) => bar.section === section);
        return mine.length === 0 ? [] : [`  section ${section}`, ...mine.map(barLine)];
    });
    // Times of day and not times since the start: the axis is drawn in the reader's time zone, which may be half an hour off.
    return ['```mermaid', 'gantt', '  dateFormat x', '  axisFormat %H:%M:%S', ...lines, '```'].join('\n');
}
function barLine({ title, tag, from, took }) {
    return `  ${(0,github_escape/* mermaidLabel */._b)(title)} :${tag}, ${Math.round(from)}, ${Math.max(1, Math.round(took / duration/* second */.Rc))}s`;
}
function longest(bars) {
    if (bars.length <= mostBars)
        return bars;
    const kept = new Set([...bars].sort((a, b) => b.took - a.took).slice(0, mostBars));
    return bars.filter((bar) => kept.has(bar));
}
function stepBars({ phases, finishedAt }) {
    return phases.flatMap(({ title, kind, is, startedAt, took }) => {
        if (startedAt === undefined || kind === 'retire')
            return [];
        const section = kind === 'check' || kind === 'bake' ? 'Checks' : 'Changes';
        const tag = is === 'done' ? 'done' : is === 'begun' ? 'active' : 'crit';
        return [{ section, title, tag, from: startedAt, took: took ?? finishedAt - startedAt }];
    });
}
/** From `begun` to the last that was heard of it. */
function undoBars({ events }) {
    const bars = new Map();
    for (const event of events) {
        if (event.kind !== 'undo')
            continue;
        const key = `${event.undo.title} ${event.undo.byHand}`;
        const from = (event.is === 'begun' ? undefined : bars.get(key)?.from) ?? event.at;
        const tag = event.is === 'failed' ? 'crit' : event.is === 'begun' ? 'active' : 'done';
        bars.set(key, { section: 'Put back', title: event.undo.title, tag, from, took: event.at - from });
    }
    return [...bars.values()];
}

// EXTERNAL MODULE: ./build/github/words.js
var words = __webpack_require__(7631);
;// CONCATENATED MODULE: ./build/github/summary.js









/** GitHub drops the whole summary of a step that is larger than 1 MiB. */
const mostBytes = 1024 * 1024;
/** The job summary of a run, as GitHub's Markdown, in at most `maxBytes`. */
function renderSummary(report, options = {}) {
    const { outcome, plan, command, place } = report;
    const about = { command, ...(place === undefined ? {} : { service: (0,names/* shortName */.E)(place.service) }) };
    const dry = outcome.is === 'planned';
    const next = (0,words/* nextStep */.sk)(outcome);
    const parts = [
        `## ${(0,github_escape/* markdown */.wD)((0,words/* headline */.Pl)(outcome, about))}`,
        outcome.cause === undefined ? '' : renderCause(outcome.cause),
        renderLeftovers(outcome.leftovers),
        next === '' ? '' : `**What to do next:** ${(0,github_escape/* markdownLines */.zQ)(next)}`,
        renderFacts(report),
        dry && plan !== undefined ? renderPlan(plan) : '',
        ...(dry ? [] : [renderPhases(report), renderTimeline(report)]),
        { title: 'Events of the service', table: serviceEvents(report) },
        { title: 'Every answer on the way', table: verdicts(report) },
    ];
    return putTogether(parts, options.maxBytes ?? mostBytes);
}
/** What `post` has put back, to stand under the summary of the main phase. */
function renderPostSummary(post) {
    const { done, leftovers } = post;
    const title = leftovers.length === 0 ? 'Put back after the job' : 'Not everything could be put back after the job';
    const nothing = done.length === 0 && leftovers.length === 0 ? 'There was nothing left to put back.' : '';
    const list = done.map((what) => `- ${(0,github_escape/* markdown */.wD)(what)}`).join('\n');
    return putTogether([`## ${title}`, nothing, list, renderLeftovers(leftovers)], mostBytes);
}
/** Adds Markdown to the summary of the step; returns whether there was a place and room for it. */
function publishSummary(summary, environment) {
    const path = environment.GITHUB_STEP_SUMMARY;
    if (!path)
        return false;
    const before = (0,external_node_fs_.statSync)(path, { throwIfNoEntry: false })?.size ?? 0;
    const text = `${summary}\n\n`;
    if (before + Buffer.byteLength(text) > mostBytes)
        return false;
    (0,external_node_fs_.appendFileSync)(path, text);
    return true;
}
function renderCause({ what, because, evidence }) {
    const why = (0,github_escape/* markdownLines */.zQ)(because)
        .split('<br>')
        .map((line) => `> ${line}`)
        .join('<br>\n');
    return [`**What went wrong:** ${(0,github_escape/* markdown */.wD)(what)}`, why, ...evidenceTables(evidence)].join('\n\n');
}
function renderLeftovers(leftovers) {
    if (leftovers.length === 0)
        return '';
    const items = leftovers.map(({ what, because, byHand }) => [
        `**${(0,github_escape/* markdown */.wD)(what)}**: ${(0,github_escape/* markdownLines */.zQ)(because)}`,
        ...(byHand === undefined ? [] : [(0,github_escape/* codeBlock */.DV)(byHand, 'sh')]),
    ].join('\n\n'));
    return ['### Left over, to be put back by hand', ...items].join('\n\n');
}
function renderFacts(report) {
    const { place, facts, startedAt, finishedAt, calls } = report;
    const links = place === undefined ? undefined : (0,names/* linksFor */.h)(place);
    const revision = (arn = '') => linked((0,names/* shortName */.E)(arn), links?.revision(arn));
    const total = Object.values(calls).reduce((sum, n) => sum + n, 0);
    const [canary] = [facts['canary-task-arn']];
    const rows = [
        ['Service', linked((0,names/* shortName */.E)(place?.service ?? ''), links?.service)],
        ['Cluster', linked((0,names/* shortName */.E)(place?.cluster ?? ''), links?.cluster)],
        ['Region', (0,github_escape/* code */.aY)(place?.region ?? '')],
        ['New revision', revision(facts['task-definition-arn'])],
        ['Previous revision', revision(facts['previous-task-definition-arn'])],
        ['Canary task', canary === undefined ? '' : linked((0,names/* shortName */.E)(canary), links?.task(canary))],
        ['Deployment', (0,github_escape/* code */.aY)(facts['deployment-id'] ?? '')],
        ['Began', `${new Date(startedAt).toISOString().slice(0, 19)}Z`],
        ['Took', (0,duration/* showDuration */.kJ)(finishedAt - startedAt)],
        ['API calls', total === 0 ? '' : String(total)],
    ].filter(([, value]) => value !== '');
    return table({ head: ['', ''], rows });
}
const linked = (text, url) => text === '' || url === undefined ? (0,github_escape/* code */.aY)(text) : `[${(0,github_escape/* code */.aY)(text)}](${url})`;
function renderPlan({ steps, notes }) {
    const list = steps.map((step, index) => `${index + 1}. ${(0,github_escape/* markdown */.wD)(step.title)}${(0,words/* limitOf */.LF)(step)}`);
    const known = notes.map((note) => `- ${(0,github_escape/* markdown */.wD)(note)}`);
    return [
        ...(known.length === 0 ? [] : ['### To know before', known.join('\n')]),
        `### ${(0,words/* count */.U9)(steps.length, 'step')}`,
        list.join('\n'),
    ].join('\n\n');
}
function renderPhases({ phases }) {
    if (phases.length === 0)
        return '';
    const rows = phases.map(({ title, kind, is, took }, index) => [
        String(index + 1),
        (0,github_escape/* markdown */.wD)(title),
        is === 'failed' ? `**${(0,words/* wordForEnd */.jT)(kind, is)}**` : (0,words/* wordForEnd */.jT)(kind, is),
        took === undefined || kind === 'retire' ? '' : (0,duration/* showDuration */.kJ)(took),
    ]);
    return ['### Steps', table({ head: ['', 'Step', 'Result', 'Took'], rows })].join('\n\n');
}
function serviceEvents({ events }) {
    const mine = events.filter((event) => event.kind === 'service-event');
    return {
        head: ['UTC', 'Event'],
        rows: mine.map(({ happened, message }) => [(0,evidence/* clockTime */.qo)(happened), (0,github_escape/* markdown */.wD)(message)]),
    };
}
function verdicts({ events, startedAt }) {
    const mine = events.filter((event) => event.kind === 'verdict');
    const rows = mine.map(({ at, gate, verdict }) => [
        `+${(0,duration/* showDuration */.kJ)(at - startedAt)}`,
        (0,github_escape/* code */.aY)(gate),
        verdict.is,
        (0,github_escape/* markdown */.wD)(verdict.because),
    ]);
    return { head: ['After', 'Question', 'Answer', 'Because'], rows };
}


/***/ }),

/***/ 7631:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $t: () => (/* binding */ placeOf),
/* harmony export */   LF: () => (/* binding */ limitOf),
/* harmony export */   Pl: () => (/* binding */ headline),
/* harmony export */   U9: () => (/* binding */ count),
/* harmony export */   jT: () => (/* binding */ wordForEnd),
/* harmony export */   sk: () => (/* binding */ nextStep)
/* harmony export */ });
/* unused harmony export refusedOutcome */
/* harmony import */ var _core_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1420);
/* harmony import */ var _core_problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9341);


const lookNow = 'Look at what the service runs now before anything else is deployed.';
const wordings = {
    succeeded: {
        headline: (service) => `Succeeded: the rollout of ${service} is complete.`,
        intact: { service: 'Nothing in the service had to be changed.', next: '' },
        changed: { service: 'The service runs the new revision, and it is stable.', next: '' },
    },
    rejected: {
        headline: (service) => `Rejected: the canary of ${service} was not good enough.`,
        intact: {
            service: 'The service was never touched.',
            next: 'Mend the cause and deploy again. Nothing in the service has to be put back.',
        },
        changed: { service: 'The service may be changed, although the canary never got into it.', next: lookNow },
    },
    'rolled-back': {
        headline: (service) => `Rolled back: the new revision failed in ${service}.`,
        intact: {
            service: 'The service is verified to run again what it ran before.',
            next: 'Mend the cause and deploy again.',
        },
        changed: { service: 'The service was put back, but nobody has verified what it runs.', next: lookNow },
    },
    'rollback-failed': {
        headline: (service) => `Rollback failed: a person must look at ${service} now.`,
        intact: {
            service: 'The service runs what it ran before, but something else could not be put back.',
            next: 'Put back by hand what is left over.',
        },
        changed: {
            service: 'The service was changed and is not verified to be back: it may run the old revision, the new one, or both.',
            next: 'Put back by hand what is left over, then see that the service becomes stable.',
        },
    },
    superseded: {
        headline: (service) => `Superseded: another deployment of ${service} has taken the place of this one.`,
        intact: {
            service: 'This run has changed nothing in the service.',
            next: 'Find out who deployed. Run this job again if its revision is still wanted.',
        },
        changed: {
            service: 'The service follows that other deployment, of which nothing was undone.',
            next: 'Find out who deployed. Run this job again if its revision is still wanted.',
        },
    },
    cancelled: {
        headline: (service) => `Cancelled: the rollout of ${service} was stopped on the way.`,
        intact: {
            service: 'The service had not been touched.',
            next: 'The post step of this job puts away what was there for the rollout only: see its log.',
        },
        changed: {
            service: 'The service was already being changed, and nobody has verified what it runs.',
            next: 'The post step of this job asks for the old revision back and does not wait for it: see its log, then see that the service becomes stable.',
        },
    },
    failed: {
        headline: (service) => `Failed: the rollout of ${service} could not be carried out.`,
        intact: { service: 'The service was never touched.', next: 'Mend the cause and run the job again.' },
        changed: { service: 'The service may have been changed, and nobody has verified what it runs.', next: lookNow },
    },
    planned: {
        headline: (service) => `Planned: this is what a rollout of ${service} would do.`,
        intact: { service: 'Nothing was changed.', next: '' },
        changed: {
            service: 'This dry run changed nothing, but the service may have been changed by somebody else.',
            next: lookNow,
        },
    },
};
const wordsFor = ({ is, serviceIntact }) => wordings[is][serviceIntact ? 'intact' : 'changed'];
/** The outcome and the state of the service, in two sentences that can stand alone. */
function headline(outcome, about) {
    const said = `${wordings[outcome.is].headline(about.service ?? 'the service')} ${wordsFor(outcome).service}`;
    return about.command === 'rehearse' ? `Rehearsal in a pretend AWS account. ${said}` : said;
}
/** What a person should do next; empty when there is nothing to do. */
function nextStep({ leftovers, cause, ...outcome }) {
    const own = cause?.next || wordsFor({ ...outcome, leftovers }).next;
    const byHand = 'Put back by hand what is left over.';
    // A leftover that nobody looks at costs money, or carries traffic.
    return leftovers.length === 0 || /left over/.test(own) ? own : `${byHand} ${own}`.trim();
}
/** What an act that failed, a check that failed, and so on, is called in a table or at the end of a group. */
function wordForEnd(kind, is) {
    if (is === 'done')
        return { check: 'passed', bake: 'held', retire: 'begun' }[kind] ?? 'done';
    return { begun: 'not ended', 'not-begun': 'not begun', failed: 'failed', stopped: 'stopped' }[is];
}
/** The most that a step may take, as far as it waits: ` (at most 15m)`, or nothing. */
function limitOf(step) {
    if (step.kind === 'check')
        return ` (at most ${(0,_core_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .showDuration */ .kJ)(step.within)})`;
    if (step.kind === 'bake')
        return ` (for ${(0,_core_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .showDuration */ .kJ)(step.during)})`;
    return step.kind === 'retire' ? ' (beside the steps that follow)' : '';
}
/** `1 step`, `2 steps`. */
function count(n, noun) {
    return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
/** The Outcome of a request that was refused, so that outputs, summary and report are there for it too. */
function refusedOutcome(refusal) {
    const cause = {
        what: 'read what was asked',
        because: refusal.problems.map((problem) => sayProblem(problem) + placeOf(problem)).join('\n'),
        evidence: [],
        next: 'Correct what is named above and run the job again.',
    };
    return { is: 'failed', serviceIntact: true, cause, leftovers: [] };
}
/** ` (deploy/task-definition.json:12:7)`, or nothing. */
function placeOf({ at }) {
    return at === undefined ? '' : ` (${at.file}:${at.line}:${at.column})`;
}


/***/ }),

/***/ 3763:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  y: () => (/* binding */ perform),
  O: () => (/* binding */ worldFor)
});

// EXTERNAL MODULE: ./build/core/duration.js
var duration = __webpack_require__(1420);
// EXTERNAL MODULE: ./build/core/failure.js
var failure = __webpack_require__(8624);
;// CONCATENATED MODULE: ./build/core/mark.js
const mark_name = 'ecs-canary-rollout';
/** The same for all canaries of a service: one ListTasks finds them. StartTask takes 36 characters at most, RunTask 128. */
function startedByOf(service) {
    return `ecs-canary/${service.slice(-25)}`;
}
/** Says in one string what the tags say, because StopTask deletes tags and a policy can forbid them. */
function groupOf({ service, run, attempt, expires }) {
    return [mark_name, service, run, attempt, Math.round(expires / 1000)].join(':');
}
function tagsOf(mark, run) {
    return [
        { key: `${mark_name}:service`, value: mark.service },
        { key: `${mark_name}:run`, value: mark.run },
        { key: `${mark_name}:attempt`, value: String(mark.attempt) },
        { key: `${mark_name}:expires`, value: new Date(mark.expires).toISOString() },
        ...(run.url === undefined ? [] : [{ key: `${mark_name}:url`, value: run.url }]),
    ];
}
/** Reads the mark of a task from its group or its tags; `undefined` when it has none. */
function readMark(task) {
    const [who, service, run, attempt, expires] = (task.group ?? '').split(':');
    if (who === mark_name && service && run) {
        return { service, run, attempt: Number(attempt) || 0, expires: (Number(expires) || 0) * 1000 };
    }
    const tag = (key) => task.tags?.find((t) => t.key === `${mark_name}:${key}`)?.value ?? '';
    if (tag('service') === '' || tag('run') === '')
        return undefined;
    const until = Date.parse(tag('expires'));
    return {
        service: tag('service'),
        run: tag('run'),
        attempt: Number(tag('attempt')) || 0,
        expires: Number.isNaN(until) ? 0 : until,
    };
}

// EXTERNAL MODULE: ./build/core/verdict.js
var verdict = __webpack_require__(5139);
;// CONCATENATED MODULE: ./build/aws/diagnosis.js
/** Known texts of stopped reasons and health-check reasons, and what a person should do about each. Texts change: only advice hangs on them. */
const advice = [
    [
        /no matching manifest|does not match.*platform|exec format error/i,
        'Build the image for the platform of the task definition (runtimePlatform.cpuArchitecture: X86_64 or ARM64).',
    ],
    [/toomanyrequests/i, 'The registry limits pulls: authenticate to it, or use an ECR pull-through cache.'],
    [
        /CannotPull.*(not found|manifest unknown|does not exist)|manifest.*not found/i,
        'The image or its tag does not exist in the registry: check the name, and that it was pushed before this step.',
    ],
    [
        /CannotPull.*(access denied|denied|unauthorized|403)|pull access denied/i,
        'The execution role may not pull the image: check ecr:GetAuthorizationToken, ecr:BatchGetImage and the repository policy.',
    ],
    [
        /unable to pull secrets|secrets? manager|ssm:GetParameters|ResourceNotFoundException/i,
        'A secret cannot be read: check that it exists, that the execution role may read it, and that the subnet has a route to Secrets Manager or SSM.',
    ],
    [
        /CannotPull|i\/o timeout|unable to pull|registry auth/i,
        'The registry cannot be reached: check the NAT gateway or VPC endpoints of the subnets, assignPublicIp, and the security group.',
    ],
    [/OutOfMemory|memory usage/i, 'The container used more memory than it has: raise memory, or find the leak.'],
    [/exit code 137/i, 'The container was killed (137): out of memory, or it did not stop in time.'],
    [
        /exit code 127|CannotStartContainerError|no such file/i,
        'The command was not found in the image: check entryPoint and command.',
    ],
    [
        /logger args|create stream|log group/i,
        'The log group cannot be written: check that it exists and that the execution role may write to it.',
    ],
    [
        /Capacity is unavailable|RESOURCE:|capacity provider/i,
        'There is no capacity for one more task: add capacity or zones, or try again later.',
    ],
    [
        /network interface provisioning/i,
        'The network interface was not ready in time: check free addresses in the subnets, and try again.',
    ],
    [
        /SpotInterruption|Spot Task was interrupted/i,
        'Fargate Spot took the capacity back; the image was not at fault. Run the job again.',
    ],
    [
        /NotInUse|not configured.*listener|no listener/i,
        'The target group is used by no listener, or the load balancer is not enabled in the zone of the canary.',
    ],
    [
        /ResponseCodeMismatch|failed with these codes/i,
        'The health check got another status than the matcher of the target group allows: check its path and matcher, and what the container answers there.',
    ],
    [
        /Target\.Timeout|Request timed out/i,
        'The health check got no answer in time: check the security group between load balancer and task, the port, and whether the container listens on 0.0.0.0.',
    ],
    [
        /FailedHealthChecks/i,
        'The health check could not connect or got no valid answer: check port, protocol, and whether the container listens on 0.0.0.0.',
    ],
    [/exited|exit code/i, 'Look at the log of the container for why it ended.'],
];
/** What to do about a reason; empty when nothing better is known than the reason itself. */
function adviceFor(reason) {
    return advice.find(([pattern]) => pattern.test(reason))?.[1] ?? '';
}

;// CONCATENATED MODULE: ./build/aws/task.js

/** The id at the end of a task's ARN. */
function shortTask(arn) {
    return arn.slice(arn.lastIndexOf('/') + 1);
}
/** Describes tasks, 100 a call; the ones that ECS does not know (any more, or yet) are absent. */
async function readTasks(aws, cluster, arns) {
    const tasks = [];
    for (let i = 0; i < arns.length; i += 100) {
        const answer = await aws.call('ecs', 'DescribeTasks', {
            cluster,
            tasks: arns.slice(i, i + 100),
            include: ['TAGS'],
        });
        tasks.push(...(answer.tasks ?? []));
    }
    return tasks;
}
/** Lists the tasks that were started with a `startedBy`, all pages. */
async function listStartedBy(aws, cluster, startedBy, desiredStatus = 'RUNNING') {
    const arns = [];
    let nextToken;
    do {
        const answer = await aws.call('ecs', 'ListTasks', {
            cluster,
            startedBy,
            desiredStatus,
            ...(nextToken === undefined ? {} : { nextToken }),
        });
        arns.push(...(answer.taskArns ?? []));
        nextToken = answer.nextToken;
    } while (nextToken !== undefined && nextToken !== '');
    return arns;
}
/** The running tasks of a `startedBy`, with what is written on them. */
async function readMarked(aws, cluster, startedBy) {
    const arns = await listStartedBy(aws, cluster, startedBy);
    const tasks = arns.length === 0 ? [] : await readTasks(aws, cluster, arns);
    return tasks.flatMap((task) => {
        const mark = readMark(task);
        return task.taskArn === undefined ? [] : [{ arn: task.taskArn, task, ...(mark === undefined ? {} : { mark }) }];
    });
}
/** What a person wants to see of a task that has died; it is gone from ECS after an hour. */
function evidenceOf(task) {
    return {
        kind: 'task',
        task: shortTask(task.taskArn ?? 'unknown'),
        status: task.lastStatus ?? 'UNKNOWN',
        ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
        ...(task.stoppedReason === undefined ? {} : { stoppedReason: task.stoppedReason }),
        containers: (task.containers ?? []).map((container) => ({
            name: container.name ?? 'unknown',
            ...(container.image === undefined ? {} : { image: container.image }),
            ...(container.lastStatus === undefined ? {} : { status: container.lastStatus }),
            ...(container.healthStatus === undefined ? {} : { health: container.healthStatus }),
            ...(container.exitCode === undefined ? {} : { exitCode: container.exitCode }),
            ...(container.reason === undefined ? {} : { reason: container.reason }),
        })),
    };
}
/** Why a task stopped, in one line: the container's own reason is often the better one. */
function whyStopped(task) {
    const reasons = (task.containers ?? []).flatMap((container) => {
        const exit = container.exitCode === undefined ? '' : `exit code ${container.exitCode}`;
        const said = [exit, container.reason ?? ''].filter((part) => part !== '').join(', ');
        return said === '' || (container.exitCode === 0 && !container.reason)
            ? []
            : [`container ${container.name}: ${said}`];
    });
    const stopped = task.stoppedReason ?? task.stopCode ?? 'no reason given';
    return [stopped, ...reasons.filter((reason) => !stopped.includes(reason))].join('; ');
}

;// CONCATENATED MODULE: ./build/aws/canary.js






/** How canary tasks are stopped again; with `tasks` once their ARNs are known. */
function stopUndo({ region, stopWithin, ...what }) {
    const { cluster, startedBy, tasks } = what;
    return {
        when: 'always',
        kind: 'stop-tasks',
        title: 'stop the canary task',
        region,
        cluster,
        startedBy,
        run: what.run,
        ...(tasks === undefined ? {} : { tasks }),
        verify: {
            kind: 'check',
            gates: [{ kind: 'tasks-stopped', cluster, startedBy, run: what.run, ...(tasks === undefined ? {} : { tasks }) }],
            within: stopWithin,
        },
        byHand: tasks === undefined
            ? `aws ecs list-tasks --region ${region} --cluster ${cluster} --started-by ${startedBy}   # then: aws ecs stop-task`
            : tasks.map((task) => `aws ecs stop-task --region ${region} --cluster ${cluster} --task ${task}`).join('\n'),
    };
}
/** Starts one canary task; RunTask's `failures` are a refusal, and a lost answer never starts a second one. */
async function startCanary(aws, act, revision, now, report) {
    const startedAt = now();
    const { tasks, failures } = await withoutTagsIfForbidden(act, report, (allowed) => allowed.task.instance === undefined
        ? runTask(aws, allowed.task, revision)
        : startTask(aws, allowed, allowed.task.instance, revision));
    const [task] = tasks ?? [];
    if (task?.taskArn === undefined)
        throw notStarted(failures ?? []);
    return { arn: task.taskArn, startedAt };
}
/** Tags are for people, and need ecs:TagResource: without it the canary starts all the same. */
async function withoutTagsIfForbidden(act, report, start) {
    try {
        return await start(act);
    }
    catch (error) {
        const forbidden = error instanceof failure/* Failure */.HR && error.kind === 'refused-call' && /TagResource/.test(error.because);
        if (!forbidden || act.task.tags === undefined)
            throw error;
        report({ kind: 'warning', message: `The canary starts without tags: ${error.next || error.because}` });
        const { tags: _, ...task } = act.task;
        return start({ ...act, task });
    }
}
async function runTask(aws, canary, revision) {
    const { instance: _, ...input } = canary;
    // With a clientToken the same call gives the same task, however often it is repeated.
    return aws.call('ecs', 'RunTask', { ...input, taskDefinition: revision, count: 1 });
}
/** StartTask knows no clientToken: before it is repeated, the task is looked for. */
async function startTask(aws, act, instance, revision) {
    const { cluster, group, networkConfiguration, overrides, startedBy, tags, volumeConfigurations } = act.task;
    const { enableECSManagedTags, enableExecuteCommand, propagateTags } = act.task;
    const given = { group, networkConfiguration, overrides, startedBy, tags, volumeConfigurations, propagateTags };
    const input = { ...given, cluster, enableECSManagedTags, enableExecuteCommand };
    return aws.call('ecs', 'StartTask', { ...input, containerInstances: [instance], taskDefinition: revision }, {
        carriedOut: async () => {
            const mine = await canariesOf(aws, act.place.cluster, startedBy ?? '', act.run);
            return mine.length === 0 ? undefined : { tasks: [...mine], failures: [], $metadata: {} };
        },
    });
}
function notStarted(failures) {
    const said = failures.map(({ reason, detail, arn }) => [reason, detail, arn && `(${arn})`].filter(Boolean).join(' '));
    const because = said.length === 0 ? 'ECS answered with neither a task nor a failure' : said.join('; ');
    return new failure/* Failure */.HR('ecs:RunTask', { kind: 'refused-call', because, next: adviceFor(because) });
}
/** The running canaries of one run. A task without a readable mark counts as the run's own: only one run is let in. */
async function canariesOf(aws, cluster, startedBy, run) {
    const marked = await readMarked(aws, cluster, startedBy);
    return marked.filter(({ mark }) => mark === undefined || mark.run === run).map(({ task }) => task);
}
/** Asks ECS to stop the canary, which it may have started although it never said so. */
async function stopTasks(aws, undo, sleep) {
    const tasks = undo.tasks ?? (await findStarted(aws, undo, sleep));
    await Promise.all(tasks.map((task) => stopTask(aws, undo.cluster, task)));
}
/** ListTasks is eventually consistent: a task that was just started can be missing from it for seconds. */
async function findStarted(aws, undo, sleep) {
    for (let look = 1;; look++) {
        const tasks = await canariesOf(aws, undo.cluster, undo.startedBy, undo.run);
        if (tasks.length > 0 || look === 5)
            return tasks.flatMap((task) => task.taskArn ?? []);
        await sleep(2 * duration/* second */.Rc);
    }
}
async function stopTask(aws, cluster, task) {
    try {
        await aws.call('ecs', 'StopTask', { cluster, task, reason: 'ecs-canary-rollout: the canary has done its work' });
    }
    catch (error) {
        const gone = error instanceof failure/* Failure */.HR && /not found/i.test(error.because);
        if (!gone)
            throw error;
    }
}
/** Whether the canary runs. `MISSING` right after RunTask only means that ECS does not know it everywhere yet. */
async function lookRunning(aws, cluster, canary, now) {
    if (canary.task === undefined && now() - canary.startedAt < duration/* second */.Rc) {
        return (0,verdict/* wait */.uk)('the canary was just started', { again: 4 * duration/* second */.Rc });
    }
    const [task] = await readTasks(aws, cluster, [canary.arn]);
    if (task === undefined) {
        if (canary.task === undefined)
            return (0,verdict/* wait */.uk)('ECS does not know the canary yet', { again: 2 * duration/* second */.Rc });
        return (0,verdict/* fail */.fJ)('ECS does not know the canary any more', { evidence: [evidenceOf(canary.task)] });
    }
    canary.task = task;
    if (hasEnded(task))
        return ended(task);
    if (task.lastStatus !== 'RUNNING')
        return (0,verdict/* wait */.uk)(`the canary is ${task.lastStatus}`, { again: 4 * duration/* second */.Rc });
    canary.running ??= now() - canary.startedAt;
    return (0,verdict/* pass */.IX)(`the canary ${shortTask(canary.arn)} is RUNNING`, { again: 15 * duration/* second */.Rc });
}
const hasEnded = (task) => task.lastStatus === 'STOPPED' || (task.desiredStatus === 'STOPPED' && task.stoppedReason !== undefined);
function ended(task) {
    const why = whyStopped(task);
    return (0,verdict/* fail */.fJ)(`the canary stopped: ${why}`, { evidence: [evidenceOf(task)], next: adviceFor(why) });
}
/** Whether the containers that have a health check are HEALTHY. UNHEALTHY is final: in the service ECS would replace the task. */
async function lookContainers(aws, cluster, canary, gate) {
    const [task] = await readTasks(aws, cluster, [canary.arn]);
    if (task === undefined)
        return (0,verdict/* wait */.uk)('ECS does not show the canary at the moment');
    canary.task = task;
    if (hasEnded(task))
        return ended(task);
    const states = gate.containers.map((name) => ({ name, health: healthOf(task, name) }));
    const sick = states.find(({ health }) => health === 'UNHEALTHY');
    if (sick !== undefined) {
        return (0,verdict/* fail */.fJ)(`the health check of container ${sick.name} failed: it is UNHEALTHY`, {
            evidence: [evidenceOf(task)],
            next: `Run the healthCheck command of container ${sick.name} in its image, and look at its log; startPeriod gives a slow start more time.`,
        });
    }
    const waiting = states.filter(({ health }) => health !== 'HEALTHY');
    if (waiting.length === 0)
        return (0,verdict/* pass */.IX)(`HEALTHY: ${gate.containers.join(', ')}`, { again: 15 * duration/* second */.Rc });
    return (0,verdict/* wait */.uk)(waiting.map(({ name, health }) => `container ${name} is ${health}`).join(', '), { again: 4 * duration/* second */.Rc });
}
const healthOf = (task, name) => task.containers?.find((container) => container.name === name)?.healthStatus ?? 'UNKNOWN';
/** Whether every canary of the run has stopped. */
async function lookStopped(aws, gate) {
    const arns = gate.tasks ?? (await listStartedBy(aws, gate.cluster, gate.startedBy, 'STOPPED'));
    const tasks = arns.length === 0 ? [] : await readTasks(aws, gate.cluster, arns);
    const mine = gate.tasks === undefined ? tasks.filter((task) => readMark(task)?.run === gate.run) : tasks;
    const alive = mine.filter((task) => task.lastStatus !== 'STOPPED' && task.lastStatus !== 'DELETED');
    const [first] = alive;
    if (first === undefined)
        return (0,verdict/* pass */.IX)('the canary has stopped');
    return (0,verdict/* wait */.uk)(`the canary is ${first.lastStatus}`, { again: (first.lastStatus === 'DEPROVISIONING' ? 4 : 6) * duration/* second */.Rc });
}

;// CONCATENATED MODULE: ./build/aws/revision.js

/** `web:42` of a task definition's ARN. */
function shortRevision(arn) {
    return arn.slice(arn.lastIndexOf('/') + 1);
}
/** Describes a revision, named by ARN, `family:revision`, or a family for its newest ACTIVE one. */
async function readRevision(aws, name) {
    const { taskDefinition, tags } = await aws.call('ecs', 'DescribeTaskDefinition', {
        taskDefinition: name,
        include: ['TAGS'],
    });
    if (taskDefinition === undefined)
        throw unknownRevision(name);
    return { definition: taskDefinition, tags: tags ?? [] };
}
/** Registers a definition; when the answer is lost, the revision is looked for before another one is made. */
async function registerRevision(aws, definition, since) {
    const { taskDefinition } = await aws.call('ecs', 'RegisterTaskDefinition', definition, {
        carriedOut: async () => {
            const newest = await newestRevision(aws, definition.family ?? '');
            const registeredAt = newest?.registeredAt?.getTime() ?? 0;
            // Clocks differ by seconds; another rollout's revision of the same family would have been a conflict.
            const ours = registeredAt >= since - 2_000 && sameContainers(definition, newest);
            return ours && newest !== undefined ? { taskDefinition: newest, $metadata: {} } : undefined;
        },
    });
    if (taskDefinition?.taskDefinitionArn === undefined)
        throw unknownRevision(definition.family ?? '');
    return taskDefinition.taskDefinitionArn;
}
async function newestRevision(aws, family) {
    try {
        return (await readRevision(aws, family)).definition;
    }
    catch (error) {
        // A family that does not exist is a ClientException: nothing was registered.
        if (error instanceof failure/* Failure */.HR && error.kind === 'refused-call')
            return undefined;
        throw error;
    }
}
function sameContainers(wanted, live) {
    const say = (d) => JSON.stringify(d.containerDefinitions?.map((container) => [container.name, container.image]));
    return live !== undefined && say(wanted) === say(live);
}
function unknownRevision(name) {
    return new failure/* Failure */.HR('ecs:DescribeTaskDefinition', {
        kind: 'refused-call',
        because: `ECS gave no task definition for ${name}`,
        next: 'Check the name: an ARN or family:revision of an ACTIVE task definition.',
    });
}

;// CONCATENATED MODULE: ./build/aws/service.js



/** Describes a service; a Failure when there is none, or none that can be updated. */
async function readService(aws, place) {
    const { cluster, service: name } = place;
    // The same call from everywhere, so that gates which are asked together share it.
    const answer = await aws.call('ecs', 'DescribeServices', { cluster, services: [name], include: ['TAGS'] });
    const [service] = answer.services ?? [];
    if (service === undefined) {
        const reason = answer.failures?.[0]?.reason ?? 'no answer';
        throw refused(`there is no service ${name} in cluster ${cluster} (${reason})`, place);
    }
    if (service.status !== 'ACTIVE')
        throw refused(`service ${name} in cluster ${cluster} is ${service.status}`, place);
    return service;
}
function refused(because, { region, cluster }) {
    return new failure/* Failure */.HR('ecs:DescribeServices', {
        kind: 'refused-call',
        because,
        next: `Check cluster, service and region (aws ecs list-services --region ${region} --cluster ${cluster}); a new service has to be created first.`,
    });
}
/** The deployment that ECS works towards. */
function primaryOf(service) {
    return service.deployments?.find(({ status }) => status === 'PRIMARY');
}
/** Whether ECS is still busy with a deployment. Services behind a Classic Load Balancer have no rollout state. */
function isSettled(service) {
    const primary = primaryOf(service);
    if (primary === undefined)
        return false;
    if (primary.rolloutState === 'COMPLETED')
        return true;
    if (primary.rolloutState !== undefined)
        return false;
    return service.deployments?.length === 1 && service.runningCount === service.desiredCount && !service.pendingCount;
}
/** A deployment in one line: what runs of it, and what still runs of the ones before. */
function sayDeployment(service, deployment) {
    const { desiredCount = 0, runningCount = 0, pendingCount = 0, failedTasks = 0, taskDefinition = '' } = deployment;
    const others = (service.deployments ?? []).filter((other) => other !== deployment);
    const old = others.reduce((sum, other) => sum + (other.runningCount ?? 0), 0);
    return [
        `${shortRevision(taskDefinition)}: ${runningCount} of ${desiredCount} running`,
        pendingCount > 0 ? `${pendingCount} pending` : '',
        failedTasks > 0 ? `${failedTasks} failed` : '',
        old > 0 ? `${old} of the version before still running` : '',
    ]
        .filter((part) => part !== '')
        .join(', ');
}
/** The tasks of a deployment that have died, newest first, with their reasons. */
async function readDead(aws, place, deployment) {
    // ECS writes the deployment's id as startedBy on the tasks that it starts for it.
    const arns = await listStartedBy(aws, place.cluster, deployment, 'STOPPED');
    const tasks = arns.length === 0 ? [] : await readTasks(aws, place.cluster, arns.slice(0, 100));
    return tasks
        .toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0))
        .slice(0, 3)
        .map(evidenceOf);
}
function evidenceOfDeployment(deployment) {
    return {
        kind: 'deployment',
        id: deployment.id ?? 'unknown',
        taskDefinition: shortRevision(deployment.taskDefinition ?? ''),
        state: deployment.rolloutState ?? deployment.status ?? 'UNKNOWN',
        ...(deployment.rolloutStateReason === undefined ? {} : { because: deployment.rolloutStateReason }),
        desired: deployment.desiredCount ?? 0,
        running: deployment.runningCount ?? 0,
        failed: deployment.failedTasks ?? 0,
    };
}
/** The events of a service since a moment, oldest first. */
function eventsSince(service, since) {
    return (service.events ?? [])
        .filter(({ createdAt }) => (createdAt?.getTime() ?? 0) >= since)
        .toSorted((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0));
}
const evidenceOfEvent = (event) => ({
    kind: 'service-event',
    happened: event.createdAt?.getTime() ?? 0,
    message: event.message ?? '',
});

;// CONCATENATED MODULE: ./build/aws/target-group.js


/** AWS's own default, and what is assumed when the attribute cannot be read. */
const usualDrain = 300 * duration/* second */.Rc;
/** The name of a target group in its ARN: `arn:…:targetgroup/NAME/id`. */
function shortTargetGroup(arn) {
    return arn.split('/')[1] ?? arn;
}
/** Reads how the canary will meet each target group of a service. */
async function readAttachments(aws, loadBalancers) {
    const wanted = loadBalancers.flatMap(({ targetGroupArn, containerName, containerPort }) => targetGroupArn === undefined ? [] : [{ targetGroupArn, containerName, containerPort }]);
    if (wanted.length === 0)
        return [];
    const arns = [...new Set(wanted.map(({ targetGroupArn }) => targetGroupArn))];
    const [groups, drains] = await Promise.all([readTargetGroups(aws, arns), readDrains(aws, arns)]);
    return wanted.map(({ targetGroupArn, containerName, containerPort }) => {
        const group = groups.get(targetGroupArn);
        if (group === undefined)
            throw unknownGroup(targetGroupArn);
        return {
            targetGroup: targetGroupArn,
            targetType: group.TargetType ?? 'instance',
            ipv6: group.IpAddressType === 'ipv6',
            container: containerName ?? '',
            containerPort: containerPort ?? 0,
            healthCheck: healthCheckOf(group),
            drain: drains.get(targetGroupArn) ?? usualDrain,
        };
    });
}
async function readTargetGroups(aws, arns) {
    const found = new Map();
    // DescribeTargetGroups takes 20 ARNs at most and answers with pages.
    for (let i = 0; i < arns.length; i += 20) {
        const { TargetGroups = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetGroups', {
            TargetGroupArns: arns.slice(i, i + 20),
        });
        for (const group of TargetGroups)
            if (group.TargetGroupArn !== undefined)
                found.set(group.TargetGroupArn, group);
    }
    return found;
}
/** A delay that cannot be read, or is no number, counts as AWS's default of 300 seconds. */
async function readDrains(aws, arns) {
    const drains = await Promise.all(arns.map(async (TargetGroupArn) => {
        try {
            const { Attributes = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetGroupAttributes', {
                TargetGroupArn,
            });
            const said = Attributes.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')?.Value ?? '';
            return [TargetGroupArn, /^\d+$/.test(said) ? Number(said) * duration/* second */.Rc : usualDrain];
        }
        catch (error) {
            if (error instanceof failure/* Failure */.HR)
                return [TargetGroupArn, usualDrain];
            throw error;
        }
    }));
    return new Map(drains);
}
function healthCheckOf(group) {
    // A new target of an ALB is healthy after one passed check, one of an NLB after the threshold.
    const http = group.Protocol === 'HTTP' || group.Protocol === 'HTTPS';
    return {
        protocol: group.HealthCheckProtocol ?? 'HTTP',
        path: group.HealthCheckPath,
        codes: group.Matcher?.HttpCode ?? group.Matcher?.GrpcCode,
        interval: (group.HealthCheckIntervalSeconds ?? 30) * duration/* second */.Rc,
        timeout: (group.HealthCheckTimeoutSeconds ?? 5) * duration/* second */.Rc,
        passes: http ? 1 : (group.HealthyThresholdCount ?? 5),
        fails: group.UnhealthyThresholdCount ?? 2,
    };
}
function unknownGroup(arn) {
    return new failure/* Failure */.HR('elasticloadbalancing:DescribeTargetGroups', {
        kind: 'refused-call',
        because: `there is no target group ${arn}`,
        next: 'Check the load balancers of the service: the target group has been deleted, or is in another region.',
    });
}

;// CONCATENATED MODULE: ./build/aws/target.js





/** `target group target:port`: the same for the same target. */
function keyOf(target) {
    return `${target.targetGroup} ${target.id}:${target.port}`;
}
/** Where the load balancer reaches a container of a task; `undefined` while the task has no such address yet. */
function addressOf(task, attachment, instance) {
    const container = task.containers?.find(({ name }) => name === attachment.container);
    if (attachment.targetType === 'ip') {
        const id = attachment.ipv6 ? ipv6Of(task, container) : ipv4Of(task, container);
        return id === undefined ? undefined : { id, port: attachment.containerPort };
    }
    if (instance === undefined)
        return undefined;
    // Bridge with dynamic ports says its port in networkBindings; host mode may say nothing: there it is the container's.
    const binding = container?.networkBindings?.find(({ containerPort }) => containerPort === attachment.containerPort);
    return { id: instance, port: binding?.hostPort || attachment.containerPort };
}
const ipv4Of = (task, container) => container?.networkInterfaces?.[0]?.privateIpv4Address ?? detailOf(task, 'privateIPv4Address');
const ipv6Of = (task, container) => container?.networkInterfaces?.[0]?.ipv6Address ?? detailOf(task, 'ipv6Address');
function detailOf(task, detail) {
    const network = task.attachments?.find(({ type }) => type === 'ElasticNetworkInterface' || type === 'eni');
    return network?.details?.find(({ name }) => name === detail)?.value;
}
/** The EC2 instance that a task runs on; `undefined` on Fargate. */
async function instanceOf(aws, cluster, task) {
    if (task.containerInstanceArn === undefined)
        return undefined;
    const { containerInstances = [] } = await aws.call('ecs', 'DescribeContainerInstances', {
        cluster,
        containerInstances: [task.containerInstanceArn],
    });
    return containerInstances[0]?.ec2InstanceId;
}
/** How the targets are taken away again, with the draining that follows. */
function deregisterUndo(region, targets, delay) {
    const plain = targets.map(({ targetGroup, id, port }) => ({ targetGroup, id, port }));
    return {
        when: 'always',
        kind: 'deregister-targets',
        title: 'take the canary out of its target groups',
        region,
        targets: plain,
        verify: {
            kind: 'check',
            gates: [{ kind: 'targets-drained', targets: plain, delay }],
            within: delay + 60 * duration/* second */.Rc,
        },
        byHand: plain
            .map(({ targetGroup, id, port }) => `aws elbv2 deregister-targets --region ${region} --target-group-arn ${targetGroup} --targets Id=${id},Port=${port}`)
            .join('\n'),
    };
}
/** Registers the canary with all its target groups. */
async function registerTargets(aws, targets, now) {
    await Promise.all(targets.map(async (target) => {
        await aws.call('elasticloadbalancing', 'RegisterTargets', {
            TargetGroupArn: target.targetGroup,
            Targets: [{ Id: target.id, Port: target.port }],
        });
        target.registeredAt = now();
    }));
}
/** Takes targets away; one that is not there any more is no error, nor is a target group that is gone. */
async function deregisterTargets(aws, targets) {
    await Promise.all(targets.map(async ({ targetGroup, id, port }) => {
        try {
            await aws.call('elasticloadbalancing', 'DeregisterTargets', {
                TargetGroupArn: targetGroup,
                Targets: [{ Id: id, Port: port }],
            });
        }
        catch (error) {
            if (!(error instanceof failure/* Failure */.HR && /TargetGroupNotFound|InvalidTarget\b/.test(codeOf(error))))
                throw error;
        }
    }));
}
const codeOf = (failure) => failure.evidence.map((evidence) => (evidence.kind === 'call' ? evidence.code : '')).join(' ');
/** What the load balancer says of one target; `undefined` when it says nothing. */
async function target_healthOf(aws, target) {
    const { TargetHealthDescriptions = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetHealth', {
        TargetGroupArn: target.targetGroup,
        Targets: [{ Id: target.id, Port: target.port }],
    });
    return TargetHealthDescriptions.find(({ Target }) => Target?.Id === target.id && (Target.Port ?? target.port) === target.port);
}
/** All targets of a target group that are healthy now. */
async function healthyTargets(aws, targetGroup) {
    const { TargetHealthDescriptions = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetHealth', {
        TargetGroupArn: targetGroup,
    });
    return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').flatMap(({ Target }) => (Target?.Id === undefined ? [] : [{ targetGroup, id: Target.Id, port: Target.Port ?? 0 }]));
}
/** Whether the canary is healthy in every target group. */
async function lookHealthy(aws, targets, grace, now) {
    const answers = await Promise.all(targets.map(async (target) => {
        const since = target.registeredAt ?? now();
        if (now() - since < duration/* second */.Rc)
            return (0,verdict/* wait */.uk)(`${say(target)} was just registered`, { again: 3 * duration/* second */.Rc });
        return judge(target, await target_healthOf(aws, target), grace, now());
    }));
    const failed = answers.find(({ is }) => is === 'fail');
    if (failed !== undefined)
        return failed;
    const waiting = answers.filter(({ is }) => is === 'wait');
    if (waiting.length === 0)
        return (0,verdict/* pass */.IX)(answers.map(({ because }) => because).join(', '), { again: 10 * duration/* second */.Rc });
    return (0,verdict/* wait */.uk)(waiting.map(({ because }) => because).join(', '), {
        again: Math.min(...waiting.map(({ again }) => again ?? 4 * duration/* second */.Rc)),
        evidence: waiting.flatMap(({ evidence = [] }) => evidence),
        next: waiting.map(({ next = '' }) => next).find((next) => next !== '') ?? '',
    });
}
const say = ({ id, port, targetGroup }) => `${id}:${port} in ${shortTargetGroup(targetGroup)}`;
/** `initial` waits; what the load balancer will never ask again fails at once. */
function judge(target, seen, grace, now) {
    const { State: state = 'unknown', Reason: reason, Description: description } = seen?.TargetHealth ?? {};
    const said = [reason, description].filter(Boolean).join(': ');
    const because = `${say(target)} is ${state}${said === '' ? '' : ` (${said})`}`;
    const more = { evidence: [target_evidenceOf(target, state, reason, description)], next: adviceFor(said) };
    if (state !== 'unhealthy')
        delete target.unhealthySince;
    if (state === 'healthy' || reason === 'Target.HealthCheckDisabled') {
        target.carried = true;
        return (0,verdict/* pass */.IX)(because);
    }
    if (state === 'unhealthy')
        return judgeUnhealthy(target, because, more, grace, now);
    if (state === 'draining')
        return (0,verdict/* fail */.fJ)(`${because}: somebody else takes it away`, more);
    // Right after the registration a target group can still say that it does not know the target.
    const unknown = reason === 'Target.NotRegistered' || seen === undefined;
    if (unknown && target.carried)
        return (0,verdict/* fail */.fJ)(`${because}: somebody else has taken it away`, more);
    if (state === 'unused' && !unknown)
        return (0,verdict/* fail */.fJ)(because, more);
    return (0,verdict/* wait */.uk)(because, { ...more, again: 4 * duration/* second */.Rc });
}
/**
 * An unhealthy target may become healthy. It has the grace period of the service, and then a second round of checks:
 * longer than that ECS would not let it live as a task of the service either.
 */
function judgeUnhealthy(target, because, more, grace, now) {
    target.unhealthySince ??= now;
    const { fails, interval } = target.attachment.healthCheck;
    const until = Math.max(target.unhealthySince + fails * interval, (target.registeredAt ?? now) + grace);
    if (now >= until)
        return (0,verdict/* fail */.fJ)(because, more);
    return (0,verdict/* wait */.uk)(because, { ...more, again: Math.min(5 * duration/* second */.Rc, until - now) });
}
function target_evidenceOf(target, state, reason, description) {
    return {
        kind: 'target',
        targetGroup: shortTargetGroup(target.targetGroup),
        target: `${target.id}:${target.port}`,
        state,
        ...(reason === undefined ? {} : { reason }),
        ...(description === undefined ? {} : { description }),
    };
}
/** Whether no request can be on its way to the targets any more. */
async function lookDrained(aws, gate, found, now) {
    const mine = new Set(gate.targets.map(keyOf));
    const known = found.filter((target) => mine.has(keyOf(target)));
    if (known.length > 0 && known.every(({ carried }) => !carried)) {
        return (0,verdict/* pass */.IX)('the canary was never healthy, so it never carried requests');
    }
    const states = await Promise.all(gate.targets.map(async (target) => ({ target, seen: await target_healthOf(aws, target) })));
    const draining = states.filter(({ seen }) => /draining/.test(seen?.TargetHealth?.State ?? ''));
    if (draining.length > 0) {
        const because = `${draining.map(({ target }) => say(target)).join(', ')} is draining`;
        // ELB shows `draining` until the delay has passed, even when the last request ended long before.
        const since = Math.max(0, ...known.map(({ deregisteredAt = 0 }) => deregisteredAt));
        const again = Math.max(3 * duration/* second */.Rc, since + gate.delay - now());
        return (0,verdict/* wait */.uk)(`${because} (deregistration delay ${(0,duration/* showDuration */.kJ)(gate.delay)})`, {
            again: since === 0 ? 5 * duration/* second */.Rc : again,
        });
    }
    const left = states.filter(({ seen }) => !/^unused$/.test(seen?.TargetHealth?.State ?? 'unused'));
    if (left.length === 0)
        return (0,verdict/* pass */.IX)('the canary is out of its target groups');
    return (0,verdict/* wait */.uk)(`${left.map(({ target }) => say(target)).join(', ')} is still registered`, { again: 2 * duration/* second */.Rc });
}

;// CONCATENATED MODULE: ./build/aws/deployment.js








/** DescribeServices can still show the world from before UpdateService for this long. */
const staleFor = 30 * duration/* second */.Rc;
/** How the service is put back when the new revision fails in it. */
function restoreUndo({ place, restore }, ours) {
    const { region, cluster, service } = place;
    return {
        when: 'on-failure',
        kind: 'restore-service',
        title: `bring the service back to ${shortRevision(restore.to)}`,
        region,
        place,
        ours,
        restore,
        verify: {
            kind: 'check',
            gates: [{ kind: 'service-restored', place, to: restore.to, ours, before: restore.before }],
            within: restore.within,
        },
        byHand: `aws ecs update-service --region ${region} --cluster ${cluster} --service ${service} --task-definition ${restore.to}`,
    };
}
/** Updates the service to the new revision, unless somebody else has deployed since we looked. */
async function promote(aws, act, ours, found, now) {
    const { place, restore, settings } = act;
    const groups = [...new Set(found.targets.map(({ targetGroup }) => targetGroup))];
    const [seen, ...healthy] = await Promise.all([
        readService(aws, place),
        ...groups.map((group) => healthyTargets(aws, group)),
    ]);
    refuseNewer(seen, restore.before);
    const startedAt = now();
    const { service } = await aws.call('ecs', 'UpdateService', { cluster: place.cluster, service: place.service, taskDefinition: ours, ...settings }, { carriedOut: () => updated(aws, place, ours, restore.before) });
    const id = service === undefined ? undefined : primaryOf(service)?.id;
    found.deployment = {
        id: id ?? '',
        before: restore.before,
        startedAt,
        known: new Set([...healthy.flat(), ...found.targets].map(keyOf)),
        seenEvents: new Set((seen.events ?? []).flatMap((event) => event.id ?? [])),
    };
}
function refuseNewer(service, before) {
    const primary = primaryOf(service);
    if (primary === undefined || primary.id === before)
        return;
    throw new failure/* Failure */.HR('ecs:UpdateService', {
        kind: 'superseded',
        because: `somebody else has deployed ${shortRevision(primary.taskDefinition ?? '')} (${primary.id}) since this run began`,
        evidence: [evidenceOfDeployment(primary)],
        next: 'Run the job again to bring this version in after theirs.',
    });
}
async function updated(aws, place, ours, before) {
    const service = await readService(aws, place);
    const primary = primaryOf(service);
    return primary?.taskDefinition === ours && primary.id !== before ? { service, $metadata: {} } : undefined;
}
/** Whether nobody else's deployment or canary is under way. */
async function lookFree(aws, gate, now) {
    const [service, marked] = await Promise.all([
        readService(aws, gate.place),
        readMarked(aws, gate.place.cluster, gate.startedBy),
    ]);
    const primary = primaryOf(service);
    if (primary !== undefined && !isSettled(service)) {
        return (0,verdict/* wait */.uk)(`another deployment is under way: ${sayDeployment(service, primary)}`, { again: 10 * duration/* second */.Rc });
    }
    const other = marked.find(({ mark }) => mark?.service === gate.place.service && mark.run !== gate.run && mark.expires > now());
    if (other !== undefined)
        return (0,verdict/* wait */.uk)(`run ${other.mark?.run} has a canary of this service`, { again: 10 * duration/* second */.Rc });
    return (0,verdict/* pass */.IX)('no other deployment or canary is under way', { again: 10 * duration/* second */.Rc });
}
/** Whether the new version has a healthy target of its own, so that the canary's are not needed any more. */
async function lookCarries(aws, gate, found, now, report) {
    const { deployment } = found;
    if (deployment === undefined)
        return (0,verdict/* wait */.uk)('no deployment has been started');
    const stable = await lookStable(aws, { kind: 'service-stable', place: gate.place }, found, now, report);
    if (stable.is !== 'wait')
        return stable;
    const service = await readService(aws, gate.place);
    const running = service.deployments?.find(({ id }) => id === deployment.id)?.runningCount ?? 0;
    if (running === 0)
        return stable;
    const groups = [...new Set(found.targets.map(({ targetGroup }) => targetGroup))];
    const healthy = await Promise.all(groups.map((group) => healthyTargets(aws, group)));
    const lacking = groups.filter((_, i) => !healthy[i]?.some((target) => !deployment.known.has(keyOf(target))));
    if (lacking.length > 0)
        return (0,verdict/* wait */.uk)(`${stable.because}; no new target is healthy yet`, { again: 6 * duration/* second */.Rc });
    deployment.carriesAt ??= now();
    return (0,verdict/* pass */.IX)(`the new version has healthy targets of its own; ${stable.because}`);
}
/** Whether our deployment, and no other, has been completed. */
async function lookStable(aws, gate, found, now, report) {
    const service = await readServiceStillThere(aws, gate.place);
    if (service === undefined)
        return gone(gate.place);
    const primary = primaryOf(service);
    // Without a deployment of our own the question is only whether the service rests.
    const deployment = found.deployment ?? lookedAt(primary, now());
    tellEvents(service, deployment, report);
    const ours = service.deployments?.find(({ id }) => id === deployment.id);
    if (ours === undefined || ours !== primary)
        return judgeOther(aws, gate.place, service, ours, deployment, found, now());
    if (ours.rolloutState === 'FAILED')
        return failed(aws, gate.place, service, ours, deployment);
    if (isSettled(service))
        return (0,verdict/* pass */.IX)(`${shortRevision(ours.taskDefinition ?? '')} is stable`, { again: 10 * duration/* second */.Rc });
    if (neverStarts(ours))
        return failed(aws, gate.place, service, ours, deployment);
    return (0,verdict/* wait */.uk)(sayDeployment(service, ours), {
        again: nextLook(service, ours, deployment, found, now()),
        evidence: [evidenceOfDeployment(ours), ...recentEvents(service, deployment)],
    });
}
async function readServiceStillThere(aws, place) {
    try {
        return await readService(aws, place);
    }
    catch (error) {
        const denied = error instanceof failure/* Failure */.HR && error.evidence.length > 0;
        if (denied || !(error instanceof failure/* Failure */.HR) || error.kind !== 'refused-call')
            throw error;
        return undefined;
    }
}
function gone({ service }) {
    return (0,verdict/* fail */.fJ)(`somebody has deleted service ${service} in the meantime`, { superseded: true });
}
const lookedAt = (primary, at) => ({
    id: primary?.id ?? '',
    before: primary?.id ?? '',
    startedAt: at,
    known: new Set(),
    seenEvents: new Set(),
});
/** Three tasks of this deployment have stopped, and none has ever been healthy: ECS would go on for a long time. */
const neverStarts = (ours) => (ours.failedTasks ?? 0) >= 3 && (ours.runningCount ?? 0) === 0;
/** Something else than our deployment is the primary one: not yet ours, ECS's own rollback, or somebody else's. */
async function judgeOther(aws, place, service, ours, deployment, found, now) {
    const primary = primaryOf(service);
    if (primary?.id === deployment.before && now - deployment.startedAt < staleFor) {
        return (0,verdict/* wait */.uk)('ECS does not show our deployment yet', { again: 2 * duration/* second */.Rc });
    }
    if (ours?.rolloutState === 'FAILED')
        return failed(aws, place, service, ours, deployment);
    const rolledBack = recentEvents(service, deployment).some((event) => event.kind === 'service-event' && /rolling back|rolled back/i.test(event.message));
    if (rolledBack)
        return failed(aws, place, service, ours, deployment);
    const revision = shortRevision(primary?.taskDefinition ?? '');
    return (0,verdict/* fail */.fJ)(`somebody else has deployed ${revision} (${primary?.id}) in place of ${shortRevision(found.revision ?? '')}`, {
        superseded: true,
        evidence: primary === undefined ? [] : [evidenceOfDeployment(primary)],
        next: 'Run the job again to bring this version in after theirs.',
    });
}
/** A failed deployment with everything that says why. */
async function failed(aws, place, service, ours, deployment) {
    const dead = await readDead(aws, place, deployment.id);
    const reasons = dead.flatMap((task) => (task.kind === 'task' && task.stoppedReason ? [task.stoppedReason] : []));
    const events = recentEvents(service, deployment);
    const said = ours?.rolloutState === 'FAILED' ? ours.rolloutStateReason : undefined;
    const fallback = ours === undefined
        ? 'ECS has rolled our deployment back'
        : `${ours.failedTasks ?? 0} tasks of it stopped, none runs`;
    const because = [said ?? fallback, ...new Set(reasons)].join('; ');
    const evidence = [...(ours === undefined ? [] : [evidenceOfDeployment(ours)]), ...dead, ...events];
    const texts = [because, ...events.map((event) => (event.kind === 'service-event' ? event.message : ''))].join('\n');
    return (0,verdict/* fail */.fJ)(`the deployment failed: ${because}`, { evidence, next: adviceFor(texts) });
}
const recentEvents = (service, { startedAt }) => eventsSince(service, startedAt - 1000)
    .slice(-10)
    .map(evidenceOfEvent);
function tellEvents(service, deployment, report) {
    for (const event of eventsSince(service, deployment.startedAt - 1000)) {
        const id = event.id ?? `${event.createdAt?.getTime()} ${event.message}`;
        if (deployment.seenEvents.has(id))
            continue;
        deployment.seenEvents.add(id);
        report({ kind: 'service-event', happened: event.createdAt?.getTime() ?? 0, message: event.message ?? '' });
    }
}
/**
 * When the next answer can come: not before a new task can run, which takes as long as the canary took, and at the
 * end not before the old tasks are drained.
 */
function nextLook(service, ours, deployment, found, now) {
    const allRun = (ours.runningCount ?? 0) >= (ours.desiredCount ?? 0);
    const others = (service.deployments ?? []).some((other) => other !== ours && (other.runningCount ?? 0) > 0);
    const drain = Math.max(0, ...found.targets.map(({ attachment }) => attachment.drain));
    const starts = deployment.startedAt + 0.8 * (found.canary?.running ?? 0);
    const ends = allRun && deployment.carriesAt !== undefined ? deployment.carriesAt + drain : 0;
    const far = Math.max((ours.runningCount ?? 0) === 0 ? starts - now : 0, ends - now);
    if (far > 5 * duration/* second */.Rc)
        return Math.min(20 * duration/* second */.Rc, far);
    return (allRun && !others ? 4 : 5) * duration/* second */.Rc;
}
/** Asks ECS to bring the service back; does nothing where ours never arrived, or somebody else's is there. */
async function restoreService(aws, undo) {
    const { place, restore, ours } = undo;
    const service = await readService(aws, place);
    const primary = primaryOf(service);
    const changed = primary?.id !== restore.before && primary?.taskDefinition === ours;
    const settingsOnly = restore.to === ours;
    if (!changed && !settingsOnly)
        return;
    if (restore.unless !== undefined) {
        throw new failure/* Failure */.HR('ecs:UpdateService', {
            kind: 'verdict',
            because: `${restore.unless}; the service is left at ${shortRevision(ours)}`,
        });
    }
    await aws.call('ecs', 'UpdateService', {
        cluster: place.cluster,
        service: place.service,
        taskDefinition: restore.to,
        ...restore.settings,
    });
}
/** Whether the service runs what it ran before, and rests. */
async function lookRestored(aws, gate) {
    const service = await readService(aws, gate.place);
    const primary = primaryOf(service);
    if (primary === undefined)
        return (0,verdict/* wait */.uk)('the service has no primary deployment', { again: 5 * duration/* second */.Rc });
    const evidence = [evidenceOfDeployment(primary)];
    if (primary.taskDefinition === gate.to) {
        const rests = isSettled(service) || (primary.id === gate.before && primary.rolloutState === undefined);
        if (rests)
            return (0,verdict/* pass */.IX)(`${shortRevision(gate.to)} is stable again`);
        if (primary.rolloutState === 'FAILED')
            return (0,verdict/* fail */.fJ)(`the way back failed: ${primary.rolloutStateReason}`, { evidence });
        return (0,verdict/* wait */.uk)(sayDeployment(service, primary), { again: 5 * duration/* second */.Rc, evidence });
    }
    if (primary.taskDefinition === gate.ours)
        return (0,verdict/* wait */.uk)('ECS still shows our deployment', { again: 3 * duration/* second */.Rc, evidence });
    const revision = shortRevision(primary.taskDefinition ?? '');
    return (0,verdict/* fail */.fJ)(`somebody else has deployed ${revision}: it is left alone`, { evidence, superseded: true });
}

;// CONCATENATED MODULE: ./build/aws/ground.js
/** Sleeps on the ground's clock until the job is cancelled. */
const sleepOn = ({ clock, signal }) => (duration) => clock.sleep(duration, signal);

;// CONCATENATED MODULE: ./build/aws/act.js








/** What changes something. */
function acts(ground, found) {
    const { aws, clock, report } = ground;
    const now = () => clock.now();
    const learn = (name, value) => report({ kind: 'fact', name, value });
    const revisionOf = (act) => act.revision ?? found.revision ?? missing('revision');
    return {
        sweep: {
            // What a vanished run has left is put back as if it were our own: recorded here, unwound by the step after this one.
            undo: (act) => act.strays.flatMap((stray) => sweepUndos(act, stray)),
            do: async () => undefined,
        },
        'register-revision': {
            undo: () => [],
            do: async ({ definition }) => {
                found.revision = await registerRevision(aws, definition, now());
                learn('task-definition-arn', found.revision);
                return undefined;
            },
        },
        'start-canary': {
            undo: (act) => [stopUndo({ ...act, ...started(act) })],
            do: async (act) => {
                found.revision = revisionOf(act);
                found.canary = await startCanary(aws, act, found.revision, now, report);
                learn('canary-task-arn', found.canary.arn);
                return [stopUndo({ ...act, ...started(act), tasks: [found.canary.arn] })];
            },
        },
        'register-targets': {
            undo: async ({ place, attachments }) => {
                found.targets = await addresses(ground, found.canary ?? missing('canary'), attachments);
                return [deregisterUndo(place.region, found.targets, Math.max(...attachments.map(({ drain }) => drain)))];
            },
            do: async () => {
                await registerTargets(aws, found.targets, now);
                return undefined;
            },
        },
        promote: {
            undo: (act) => [restoreUndo(act, revisionOf(act))],
            do: async (act) => {
                found.revision = revisionOf(act);
                await promote(aws, act, found.revision, found, now);
                learn('deployment-id', found.deployment?.id ?? '');
                return undefined;
            },
        },
    };
}
const started = ({ place, task, run }) => ({
    region: place.region,
    cluster: place.cluster,
    startedBy: task.startedBy ?? '',
    run,
});
function sweepUndos({ place, startedBy, stopWithin }, { task, run, targets, drain }) {
    const { region, cluster } = place;
    const stop = stopUndo({ region, cluster, startedBy, run, stopWithin, tasks: [task] });
    return targets.length === 0 ? [stop] : [stop, deregisterUndo(region, targets, drain)];
}
/** A plan that uses what none of its steps has made is a bug of a planner. */
function missing(what) {
    throw new Error(`the plan uses a ${what} that it has not made`);
}
/** Where the load balancers reach the canary. Its address can come a moment after RUNNING. */
async function addresses(ground, canary, attachments) {
    const { aws, cluster } = ground;
    for (let look = 1;; look++) {
        const task = canary.task;
        const instance = task === undefined ? undefined : await instanceOf(aws, cluster, task);
        const found = attachments.map((attachment) => {
            const address = task === undefined ? undefined : addressOf(task, attachment, instance);
            return address === undefined ? undefined : { targetGroup: attachment.targetGroup, ...address, attachment };
        });
        if (found.every((target) => target !== undefined))
            return found;
        if (look === 6)
            throw noAddress(canary, attachments.filter((_, i) => found[i] === undefined));
        await sleepOn(ground)(2 * duration/* second */.Rc);
        const [again] = await readTasks(aws, cluster, [canary.arn]);
        if (again !== undefined)
            canary.task = again;
    }
}
function noAddress(canary, attachments) {
    const ports = attachments.map((a) => `${a.container}:${a.containerPort} (target type ${a.targetType})`);
    return new failure/* Failure */.HR('register-targets', {
        kind: 'verdict',
        because: `the canary ${shortTask(canary.arn)} has no address for ${ports.join(', ')}`,
        next: 'Check that the target type fits the network mode: ip for awsvpc, instance for bridge and host.',
    });
}

;// CONCATENATED MODULE: ./build/aws/alarm.js


const states = { OK: 'ok', ALARM: 'ringing' };
/** Reads metric and composite alarms by name; an alarm that does not exist is `missing`. */
async function readAlarms(aws, names) {
    if (names.length === 0)
        return [];
    const found = new Map();
    for (let i = 0; i < names.length; i += 100) {
        const { MetricAlarms = [], CompositeAlarms = [] } = await aws.call('cloudwatch', 'DescribeAlarms', {
            AlarmNames: names.slice(i, i + 100),
            AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
            MaxRecords: 100,
        });
        for (const { AlarmName: name, StateValue, StateReason: because = '' } of [...MetricAlarms, ...CompositeAlarms]) {
            if (name !== undefined)
                found.set(name, { name, state: states[StateValue ?? ''] ?? 'no-data', because });
        }
    }
    return names.map((name) => found.get(name) ?? { name, state: 'missing', because: 'there is no alarm of this name' });
}
/** Whether no alarm rings. No data is quiet: a service without traffic must neither fail nor hold up a rollout. */
async function lookQuiet(aws, names) {
    const alarms = await readAlarms(aws, names);
    const ringing = alarms.find(({ state }) => state === 'ringing' || state === 'missing');
    const evidence = alarms.map(({ name, state, because }) => ({ kind: 'alarm', alarm: name, state, because }));
    if (ringing !== undefined) {
        const rings = ringing.state === 'missing' ? 'is gone' : 'rings';
        return (0,verdict/* fail */.fJ)(`alarm ${ringing.name} ${rings}: ${ringing.because}`, {
            evidence,
            next: `Look at alarm ${ringing.name} and at what the new version does to its metric.`,
        });
    }
    const silent = alarms.filter(({ state }) => state === 'no-data').map(({ name }) => name);
    const note = silent.length === 0 ? '' : `, no data: ${silent.join(', ')}`;
    return (0,verdict/* pass */.IX)(`${names.length} alarm${names.length === 1 ? '' : 's'} quiet${note}`, { again: 15 * duration/* second */.Rc });
}

;// CONCATENATED MODULE: ./build/aws/look.js





/** What is asked again and again. */
function looks(ground, found) {
    const { aws, clock, report, cluster, grace } = ground;
    const now = () => clock.now();
    const ofCanary = async (look) => found.canary === undefined ? (0,verdict/* wait */.uk)('no canary has been started') : look(found.canary);
    return {
        'tasks-running': () => ofCanary((canary) => lookRunning(aws, cluster, canary, now)),
        'containers-healthy': (gate) => ofCanary((canary) => lookContainers(aws, cluster, canary, gate)),
        'targets-healthy': async () => found.targets.length === 0
            ? (0,verdict/* wait */.uk)('the canary is in no target group')
            : lookHealthy(aws, found.targets, grace, now),
        'alarms-quiet': ({ alarms }) => lookQuiet(aws, alarms),
        'service-free': (gate) => lookFree(aws, gate, now),
        'service-carries': (gate) => lookCarries(aws, gate, found, now, report),
        'service-stable': (gate) => lookStable(aws, gate, found, now, report),
        'service-restored': (gate) => lookRestored(aws, gate),
        'targets-drained': (gate) => lookDrained(aws, gate, found.targets, now),
        'tasks-stopped': (gate) => lookStopped(aws, gate),
    };
}

;// CONCATENATED MODULE: ./build/aws/scaling.js

/** Whether Application Auto Scaling owns the desired count of a service; `unknown` where it may not be asked. */
async function readScaled(aws, { cluster, service }) {
    const name = cluster.slice(cluster.lastIndexOf('/') + 1);
    try {
        const { ScalableTargets = [] } = await aws.call('application-autoscaling', 'DescribeScalableTargets', {
            ServiceNamespace: 'ecs',
            ResourceIds: [`service/${name}/${service}`],
            ScalableDimension: 'ecs:service:DesiredCount',
        });
        return ScalableTargets.length === 0 ? 'no' : 'yes';
    }
    catch (error) {
        if (error instanceof failure/* Failure */.HR)
            return 'unknown';
        throw error;
    }
}

;// CONCATENATED MODULE: ./build/aws/snapshot.js









/** Looks at everything that the planner wants to know, in two rounds of calls. */
async function takeSnapshot(aws, request, clock) {
    const { place, revision, settings, alarms, canaryInstance } = request;
    const at = clock.now();
    const [service, given, alarmStates, marked, instance] = await Promise.all([
        readService(aws, place),
        revision.kind === 'existing' ? readRevision(aws, revision.name) : undefined,
        readAlarms(aws, alarms),
        readMarked(aws, place.cluster, startedByOf(place.service)),
        canaryInstance === undefined ? undefined : readInstance(aws, place.cluster, canaryInstance),
    ]);
    const loadBalancers = settings?.update.loadBalancers ?? service.loadBalancers ?? [];
    const wantedCount = settings?.update.desiredCount;
    const [stable, attachments, scaled] = await Promise.all([
        readRevision(aws, service.taskDefinition ?? ''),
        readAttachments(aws, loadBalancers),
        wantedCount === undefined || wantedCount === service.desiredCount ? undefined : readScaled(aws, place),
    ]);
    const mine = marked.filter(({ mark }) => mark === undefined || mark.service === place.service);
    const canaries = await Promise.all(mine.map((task) => canaryOf(aws, place.cluster, task, attachments)));
    return {
        at,
        service,
        stable,
        attachments,
        alarms: alarmStates,
        canaries,
        ...(given === undefined ? {} : { given }),
        ...(instance === undefined ? {} : { instance }),
        ...(scaled === undefined ? {} : { scaled }),
    };
}
async function canaryOf(aws, cluster, { arn, task, mark }, attachments) {
    const instance = await instanceOf(aws, cluster, task);
    const targets = attachments.flatMap((attachment) => {
        const address = addressOf(task, attachment, instance);
        return address === undefined ? [] : [{ targetGroup: attachment.targetGroup, ...address }];
    });
    const drain = Math.max(0, ...attachments.map((attachment) => attachment.drain));
    return { task: arn, run: mark?.run ?? '', attempt: mark?.attempt ?? 0, expires: mark?.expires ?? 0, targets, drain };
}
/** The container instance of an ARN, an id, or an EC2 instance id (`i-…`). */
async function readInstance(aws, cluster, name) {
    if (!/^i-[0-9a-f]+$/.test(name)) {
        const { containerInstances = [] } = await aws.call('ecs', 'DescribeContainerInstances', {
            cluster,
            containerInstances: [name],
        });
        return containerInstances[0]?.containerInstanceArn ?? noInstance(cluster, name);
    }
    const { containerInstanceArns = [] } = await aws.call('ecs', 'ListContainerInstances', {
        cluster,
        filter: `ec2InstanceId == '${name}'`,
    });
    return containerInstanceArns[0] ?? noInstance(cluster, name);
}
function noInstance(cluster, name) {
    throw new failure/* Failure */.HR('canary-instance-arn', {
        kind: 'refused-call',
        because: `cluster ${cluster} has no container instance ${name}`,
        next: `List them: aws ecs list-container-instances --cluster ${cluster}`,
    });
}

;// CONCATENATED MODULE: ./build/aws/undo.js




/** What puts one thing back: it asks AWS and returns. */
function undos(ground, found) {
    const { aws, clock } = ground;
    return {
        'stop-tasks': (undo) => stopTasks(aws, undo, sleepOn(ground)),
        'deregister-targets': async (undo) => {
            await deregisterTargets(aws, undo.targets);
            for (const target of found.targets)
                target.deregisteredAt ??= clock.now();
        },
        'restore-service': (undo) => restoreService(aws, undo),
    };
}

;// CONCATENATED MODULE: ./build/commands/conflict.js

/** Canaries that nobody needs: their run is over for sure, or the user takes over. */
function straysOf({ run, onConflict }, { canaries, at }) {
    return canaries.filter((canary) => onConflict === 'take-over' || isExpired(canary, at) || (canary.run === run.id && canary.attempt < run.attempt));
}
const isExpired = ({ expires }, at) => expires > 0 && expires < at;
/** Why this rollout cannot begin beside what is under way. */
function conflictsOf(request, snapshot) {
    if (request.onConflict === 'take-over')
        return [];
    const strays = straysOf(request, snapshot);
    const alive = snapshot.canaries.filter((canary) => !strays.includes(canary));
    const problems = alive.map(({ task, run, expires }) => ({
        where: 'on-conflict',
        what: `run ${run || 'unknown'} has a canary of this service running (task ${task})` +
            `${expires > 0 ? `, until ${new Date(expires).toISOString()} at the latest` : ''}; ` +
            'wait for that run to end, or set on-conflict: wait or take-over',
    }));
    const deployment = deploymentUnderWay(snapshot);
    if (deployment === undefined)
        return problems;
    const what = `another deployment is under way (${deployment}); wait for it to end, or set on-conflict: wait or take-over`;
    return [...problems, { where: 'on-conflict', what }];
}
function deploymentUnderWay({ service }) {
    const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
    if (primary?.rolloutState === 'IN_PROGRESS')
        return `${primary.id}: ${primary.rolloutStateReason ?? 'in progress'}`;
    const several = primary !== undefined && primary.rolloutState === undefined && (service.deployments?.length ?? 0) > 1;
    return several ? `${primary.id}` : undefined;
}
/** What to do before the rollout can be planned, with `on-conflict: wait`; nothing when nobody is in the way. */
function waitForOthers(request, snapshot) {
    if (request.onConflict !== 'wait' || conflictsOf(request, snapshot).length === 0)
        return undefined;
    const { place, run, timeouts } = request;
    return {
        title: `Wait for others to finish with ${place.service}`,
        notes: [],
        steps: [
            {
                kind: 'check',
                title: 'wait until no other rollout or deployment is under way',
                gates: [{ kind: 'service-free', place, startedBy: startedByOf(place.service), run: run.id }],
                within: timeouts.serviceStable,
            },
        ],
    };
}

// EXTERNAL MODULE: ./build/core/problem.js
var problem = __webpack_require__(9341);
;// CONCATENATED MODULE: ./build/commands/canary-task.js


/** The canary: as much like a task of the service as the API allows, and marked as what it is. */
function canaryTask(request, snapshot) {
    const { place, run } = request;
    const service = settled(request, snapshot);
    const { instance, at } = snapshot;
    const mark = {
        service: place.service,
        run: run.id,
        attempt: run.attempt,
        expires: at + longest(request),
    };
    return given({
        cluster: place.cluster,
        startedBy: startedByOf(place.service),
        group: groupOf(mark),
        tags: [...tagsOf(mark, run), ...propagated(service)],
        ...(instance === undefined ? { clientToken: run.token, ...placed(service) } : { instance }),
        networkConfiguration: service.networkConfiguration,
        enableECSManagedTags: service.enableECSManagedTags,
        enableExecuteCommand: service.enableExecuteCommand,
        propagateTags: service.propagateTags === 'TASK_DEFINITION' ? 'TASK_DEFINITION' : undefined,
        volumeConfigurations: service.volumeConfigurations,
    });
}
/** The service as it will be: what `update-service` sets wins over what is live. */
function settled({ settings }, { service }) {
    // Volumes are described on the deployment, not on the service.
    const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
    const volumes = primary?.volumeConfigurations;
    const live = volumes === undefined || volumes.length === 0 ? service : { ...service, volumeConfigurations: volumes };
    return { ...live, ...settings?.update };
}
/** Launch type or capacity providers, never both. Placement is for tasks on EC2, a platform version for those on Fargate. */
function placed(service) {
    const { capacityProviderStrategy = [], launchType, platformVersion } = service;
    const providers = capacityProviderStrategy.length > 0;
    const fargate = providers
        ? capacityProviderStrategy.every(({ capacityProvider = '' }) => /^FARGATE(_SPOT)?$/.test(capacityProvider))
        : launchType === 'FARGATE';
    const where = providers ? { capacityProviderStrategy } : { launchType };
    if (fargate)
        return given({ ...where, platformVersion });
    return given({
        ...where,
        placementConstraints: some(service.placementConstraints),
        placementStrategy: some(service.placementStrategy),
    });
}
const some = (list) => list === undefined || list.length === 0 ? undefined : list;
/** RunTask knows no propagation from a service: the service's tags are given as the task's own. */
function propagated(service) {
    if (service.propagateTags !== 'SERVICE')
        return [];
    return (service.tags ?? []).filter(({ key = '' }) => !key.startsWith('aws:'));
}
/** The most that the whole rollout can take; a canary that is older than this belongs to nobody. */
function longest({ idle, bake, timeouts }) {
    const all = [
        'taskRunning',
        'taskHealthCheck',
        'targetHealthy',
        'serviceStable',
        'taskStopped',
    ];
    // Once more the stable timeout, for the way back, and some minutes for the calls between the phases.
    return all.reduce((sum, phase) => sum + timeouts[phase], idle + bake + timeouts.serviceStable + 10 * duration/* minute */.Vc);
}
/** An object without the keys that have no value: what nobody asked for is not sent. */
function given(object) {
    return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

;// CONCATENATED MODULE: ./build/commands/rollout.js




/** Plans a rollout with a canary task; throws a Refusal when it cannot be tried. */
function planRollout(request, snapshot, { identical }) {
    const conflicts = [...alarmProblems(snapshot), ...conflictsOf(request, snapshot)];
    // A dry run hurts nobody: it tells what would be in the way.
    (0,problem/* refuseIfAny */.Yb)([...unsupported(snapshot), ...(request.dryRun ? [] : conflicts)]);
    const { place, forceNewDeployment } = request;
    const settings = settingsOf(request, snapshot);
    const title = `Roll out ${nameOfRevision(request)} to ${place.service} in ${place.cluster}`;
    const inTheWay = request.dryRun ? conflicts.map(({ what }) => `In the way at the moment: ${what}`) : [];
    const notes = [...inTheWay, ...notesOf(request, snapshot, identical)];
    if (identical && !forceNewDeployment && Object.keys(settings).length === 0) {
        return { title, notes, steps: [...sweep(request, snapshot), ...alreadyThere(request)] };
    }
    const known = identical ? snapshot.stable : snapshot.given;
    const revision = known?.definition.taskDefinitionArn;
    const steps = [
        ...sweep(request, snapshot),
        ...register(request, revision),
        ...tryCanary(request, snapshot, revision),
        ...rollout_promote(request, snapshot, settings, revision),
    ];
    return { title, notes, steps };
}
function nameOfRevision({ revision }) {
    if (revision.kind === 'existing')
        return revision.name.slice(revision.name.lastIndexOf('/') + 1);
    return `a new revision of ${revision.definition.family}`;
}
function alreadyThere({ place, timeouts }) {
    return [
        {
            kind: 'check',
            title: `see that ${place.service} is stable: it runs this revision already`,
            gates: [{ kind: 'service-stable', place }],
            within: timeouts.serviceStable,
        },
    ];
}
function sweep(request, snapshot) {
    const strays = straysOf(request, snapshot);
    if (strays.length === 0)
        return [];
    const { place, timeouts } = request;
    const startedBy = startedByOf(place.service);
    return [
        {
            kind: 'sweep',
            title: `put back what ${strays.length === 1 ? 'an earlier run has' : `${strays.length} earlier runs have`} left behind`,
            place,
            startedBy,
            strays,
            stopWithin: timeouts.taskStopped,
        },
        { kind: 'retire', title: 'take the stray canary out of traffic and stop it, beside the next steps' },
    ];
}
function register({ revision }, known) {
    if (known !== undefined || revision.kind === 'existing')
        return [];
    const { definition } = revision;
    return [{ kind: 'register-revision', title: `register a new revision of ${definition.family}`, definition }];
}
/** Start one canary and ask it everything that can be asked, before the service is touched. */
function tryCanary(request, snapshot, revision) {
    const { place, timeouts, run, idle, bake } = request;
    const { attachments } = snapshot;
    const quiet = quietGates(request);
    const containers = containersWithHealthCheck(request, snapshot);
    const healthy = containers.length === 0 ? [] : [{ kind: 'containers-healthy', containers }];
    const steps = [
        {
            kind: 'start-canary',
            title: 'start the canary task',
            place,
            run: run.id,
            task: canaryTask(request, snapshot),
            stopWithin: timeouts.taskStopped,
            ...(revision === undefined ? {} : { revision }),
        },
        check('wait until the canary is running', [{ kind: 'tasks-running' }, ...quiet], timeouts.taskRunning),
    ];
    const [first, ...others] = healthy;
    if (first !== undefined) {
        const title = `wait until its containers are healthy: ${containers.join(', ')}`;
        steps.push(check(title, [first, ...others, ...quiet], timeouts.taskHealthCheck));
    }
    if (attachments.length > 0) {
        const groups = `${attachments.length} target group${attachments.length === 1 ? '' : 's'}`;
        steps.push({ kind: 'register-targets', title: `register the canary with ${groups}`, place, attachments }, check(`wait until the canary is healthy in ${groups}`, [{ kind: 'targets-healthy' }, { kind: 'tasks-running' }, ...quiet], timeouts.targetHealthy));
    }
    else if (idle > 0) {
        const title = 'see that the canary keeps running';
        steps.push({ kind: 'bake', title, gates: [{ kind: 'tasks-running' }, ...healthy, ...quiet], during: idle });
    }
    if (bake > 0) {
        const targets = attachments.length === 0 ? [] : [{ kind: 'targets-healthy' }];
        const gates = [{ kind: 'tasks-running' }, ...healthy, ...targets, ...quiet];
        steps.push({ kind: 'bake', title: 'see that the canary stays healthy', gates, during: bake });
    }
    return steps;
}
const check = (title, gates, within) => ({ kind: 'check', title, gates, within });
const quietGates = ({ alarms }) => alarms.length === 0 ? [] : [{ kind: 'alarms-quiet', alarms }];
function containersWithHealthCheck({ revision }, { given }) {
    const definition = revision.kind === 'new' ? revision.definition : given?.definition;
    return (definition?.containerDefinitions ?? []).flatMap(({ name, healthCheck }) => healthCheck === undefined || name === undefined || healthCheck.command?.[0] === 'NONE' ? [] : [name]);
}
/** Update the service, let the canary go as soon as it is not needed, and follow the deployment to its end. */
function rollout_promote(request, snapshot, settings, revision) {
    const { place, timeouts, forceNewDeployment } = request;
    const quiet = quietGates(request);
    const retire = { kind: 'retire', title: 'take the canary out of traffic and stop it, beside the deployment' };
    const within = timeouts.serviceStable;
    const carries = snapshot.attachments.length === 0
        ? []
        : [
            check('wait until the new version has a healthy target of its own', [{ kind: 'service-carries', place }, ...quiet], within),
        ];
    const stable = {
        kind: 'check',
        title: `wait until ${place.service} is stable on the new revision`,
        gates: [{ kind: 'service-stable', place }, ...quiet],
        within,
        ...(carries.length === 0 ? {} : { continued: true }),
    };
    return [
        {
            kind: 'promote',
            title: `update ${place.service} to the new revision`,
            place,
            settings: forceNewDeployment ? { ...settings, forceNewDeployment: true } : settings,
            restore: restoreOf(request, snapshot, settings),
            ...(revision === undefined ? {} : { revision }),
        },
        ...carries,
        retire,
        stable,
    ];
}
function restoreOf(request, { service, stable }, settings) {
    const previous = settingsBefore(service, settings);
    const unless = whyNotBack(request, service, stable.definition.status);
    return {
        to: stable.definition.taskDefinitionArn ?? service.taskDefinition ?? '',
        before: rollout_primaryOf(service)?.id ?? '',
        within: request.timeouts.serviceStable,
        ...(Object.keys(previous).length === 0 ? {} : { settings: previous }),
        ...(unless === undefined ? {} : { unless }),
    };
}
/** The old version comes back only if somebody wants it, and if it has something healthy to come back to. */
function whyNotBack({ rollbackOnFailure }, service, status) {
    if (!rollbackOnFailure)
        return 'rollback-on-failure is false';
    if (status === 'INACTIVE')
        return 'the revision before is INACTIVE (deregistered), and ECS starts no tasks of it';
    const dead = (service.desiredCount ?? 0) > 0 && (service.runningCount ?? 0) === 0;
    return dead ? 'the revision before had no running task to come back to' : undefined;
}
const rollout_primaryOf = (service) => service.deployments?.find(({ status }) => status === 'PRIMARY');
/** What the settings that are about to change are now, so that they can be put back. */
function settingsBefore(service, settings) {
    const live = { ...rollout_primaryOf(service), ...service };
    const absent = {
        serviceConnectConfiguration: { enabled: false },
        loadBalancers: [],
        serviceRegistries: [],
        volumeConfigurations: [],
        vpcLatticeConfigurations: [],
        placementConstraints: [],
        placementStrategy: [],
    };
    const before = Object.keys(settings).map((key) => [key, live[key] ?? absent[key]]);
    return Object.fromEntries(before.filter(([, value]) => value !== undefined));
}
/** The settings of service.json that differ from the live ones: a field that changes nothing is not sent. */
function settingsOf({ settings }, { service, scaled }) {
    if (settings === undefined)
        return {};
    const live = { ...rollout_primaryOf(service), ...service };
    const changed = Object.entries(settings.update).filter(([key, value]) => {
        if (key === 'desiredCount' && (scaled === 'yes' || scaled === 'unknown'))
            return false;
        return !covers(live[key], value);
    });
    return Object.fromEntries(changed);
}
/** Whether `live` says all that `wanted` says; AWS adds defaults of its own to what it was given. */
function covers(live, wanted) {
    if (Array.isArray(wanted)) {
        if (!Array.isArray(live))
            return wanted.length === 0 && live === undefined;
        return live.length === wanted.length && wanted.every((item) => live.some((other) => covers(other, item)));
    }
    if (typeof wanted !== 'object' || wanted === null)
        return live === wanted;
    if (typeof live !== 'object' || live === null)
        return false;
    return Object.entries(wanted).every(([key, value]) => covers(live[key], value));
}
function notesOf(request, snapshot, identical) {
    const { place, settings } = request;
    const { service, scaled } = snapshot;
    const notes = [];
    if (identical) {
        const stable = snapshot.stable.definition.taskDefinitionArn ?? '';
        const force = request.forceNewDeployment
            ? ''
            : ' If its image tag is moved to new images, set force-new-deployment: true.';
        notes.push(`${place.service} runs this revision already (${stable.slice(stable.lastIndexOf('/') + 1)}); nothing is registered.${force}`);
    }
    const live = { ...service };
    for (const [key, value] of Object.entries(settings?.creationOnly ?? {})) {
        if (!covers(live[key], value))
            notes.push(`service.json: ${key} differs from the live service, but can only be set at creation.`);
    }
    if (settings?.update.desiredCount !== undefined && settings.update.desiredCount !== service.desiredCount) {
        if (scaled === 'yes')
            notes.push('service.json: desiredCount is not applied, because Application Auto Scaling owns it.');
        if (scaled === 'unknown') {
            notes.push('service.json: desiredCount is not applied, because it could not be looked up whether Application Auto Scaling owns it.');
        }
    }
    const classic = (service.loadBalancers ?? []).some(({ targetGroupArn }) => targetGroupArn === undefined);
    if (classic)
        notes.push('The canary is not registered with the Classic Load Balancer of the service.');
    return notes;
}
/** Services that somebody else's machinery deploys. */
function unsupported({ service }) {
    const controller = service.deploymentController?.type ?? 'ECS';
    if (controller !== 'ECS') {
        const what = `the service is deployed by ${controller}, not by ECS: UpdateService cannot give it a new task definition`;
        return [{ where: 'service', what: `${what}; create it with the deployment controller ECS to use this action` }];
    }
    const strategy = service.deploymentConfiguration?.strategy ?? 'ROLLING';
    if (strategy === 'ROLLING')
        return [];
    const what = `the service has the deployment strategy ${strategy}, which moves the traffic between target groups itself`;
    return [{ where: 'service', what: `${what}; strategy: canary-task is for services with the strategy ROLLING` }];
}
function alarmProblems({ alarms }) {
    return alarms
        .filter(({ state }) => state === 'missing' || state === 'ringing')
        .map(({ name, state, because }) => ({
        where: 'alarms',
        what: state === 'missing'
            ? `there is no CloudWatch alarm ${name} in this region`
            : `alarm ${name} rings already, so it could not tell a bad canary: ${because}`,
    }));
}

// EXTERNAL MODULE: ./build/core/engine.js + 2 modules
var engine = __webpack_require__(7560);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./build/definition/described.js
var described = __webpack_require__(3859);
// EXTERNAL MODULE: ./build/definition/validate.js
var validate = __webpack_require__(4136);
;// CONCATENATED MODULE: ./build/definition/normal-form.js


/**
 * A definition without what says nothing: what AWS fills in when it is left out, what only AWS can set, empty lists, and
 * the order of names. Two definitions with the same normal form make the same task.
 *
 * A rule is here only when the API reference (or what DescribeTaskDefinition returns for a left out member) says that
 * both spellings mean the same: a rule too few registers a revision too many, a rule too many loses a change.
 */
function normal_form_normalForm(definition) {
    const networkMode = 'networkMode' in definition ? definition.networkMode : undefined;
    const own = Object.entries(definition).filter(([key]) => !described/* readOnlyFields */.c0.has(key));
    return normalObject(Object.fromEntries(own), '', networkMode);
}
/** By the path without indices: what AWS takes a left out member for. */
const defaults = {
    '': { enableFaultInjection: false },
    containerDefinitions: { cpu: 0, essential: true, versionConsistency: 'enabled' },
    'containerDefinitions.healthCheck': { interval: 30, timeout: 5, retries: 3, startPeriod: 0 },
    'containerDefinitions.mountPoints': { readOnly: false },
    'containerDefinitions.portMappings': { protocol: 'tcp' },
    'containerDefinitions.restartPolicy': { restartAttemptPeriod: 300 },
    'containerDefinitions.volumesFrom': { readOnly: false },
    'volumes.efsVolumeConfiguration': { rootDirectory: '/', transitEncryption: 'DISABLED' },
    'volumes.efsVolumeConfiguration.authorizationConfig': { iam: 'DISABLED' },
};
/** Lists of named things, whose order means nothing, and the member that names them. */
const namedBy = {
    'containerDefinitions.environment': 'name',
    'containerDefinitions.logConfiguration.secretOptions': 'name',
    'containerDefinitions.secrets': 'name',
    'containerDefinitions.ulimits': 'name',
    'proxyConfiguration.properties': 'name',
    tags: 'key',
};
/** Lists that may replace something of the image when they are there and empty. */
const meaningfulWhenEmpty = new Set([
    'containerDefinitions.command',
    'containerDefinitions.entryPoint',
]);
/** Objects that mean nothing when they are empty; others (`dockerVolumeConfiguration`) choose something by being there. */
const meaninglessWhenEmpty = new Set([
    'containerDefinitions.dockerLabels',
    'containerDefinitions.linuxParameters',
    'containerDefinitions.linuxParameters.capabilities',
    'containerDefinitions.logConfiguration.options',
    'volumes.dockerVolumeConfiguration.driverOpts',
    'volumes.dockerVolumeConfiguration.labels',
    'volumes.efsVolumeConfiguration.authorizationConfig',
    'volumes.host',
]);
function normal(value, path, networkMode) {
    if (Array.isArray(value))
        return sorted(value.map((item) => normal(item, path, networkMode)), namedBy[path]);
    return (0,validate/* isObject */.Gv)(value) ? normalObject(value, path, networkMode) : value;
}
function normalObject(value, path, networkMode) {
    const filledIn = path === 'containerDefinitions.portMappings'
        ? { ...defaults[path], ...portDefault(value, networkMode) }
        : defaults[path];
    const members = Object.entries(value).flatMap(([key, member]) => {
        const below = path === '' ? key : `${path}.${key}`;
        const kept = below === 'cpu' || below === 'memory' ? sizeInUnits(member) : normal(member, below, networkMode);
        return saysNothing(kept, below) || (filledIn && Object.hasOwn(filledIn, key) && filledIn[key] === kept)
            ? []
            : [[key, kept]];
    });
    return Object.fromEntries(members);
}
function saysNothing(value, path) {
    if (value === undefined)
        return true;
    if (Array.isArray(value))
        return value.length === 0 && !meaningfulWhenEmpty.has(path);
    return (0,validate/* isObject */.Gv)(value) && Object.keys(value).length === 0 && meaninglessWhenEmpty.has(path);
}
/** Where tasks have addresses of their own, or share the host's, ports cannot differ; else 0 lets the host choose one. */
function portDefault({ containerPort }, networkMode) {
    if (networkMode !== 'awsvpc' && networkMode !== 'host')
        return { hostPort: 0 };
    return containerPort === undefined ? {} : { hostPort: containerPort };
}
/** AWS turns `1 vCPU` into `1024` and `2 GB` into `2048` when it registers a definition. */
function sizeInUnits(size) {
    const found = typeof size === 'string' ? /^\s*(\d*\.?\d+)\s*(?:vcpu|gb)\s*$/i.exec(size) : null;
    return found === null ? size : String(Number(found[1]) * 1024);
}
/** Stable, so that of two entries with one name the last one stays the last one. */
function sorted(list, by) {
    if (by === undefined)
        return list;
    const name = (item) => ((0,validate/* isObject */.Gv)(item) ? String(item[by]) : '');
    return list.toSorted((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
}

;// CONCATENATED MODULE: ./build/definition/compare.js



/**
 * Whether registering `wanted` would give a revision that differs from the registered `live` one in nothing that matters.
 * Without `liveTags` (DescribeTaskDefinition tells them only when asked) live counts as untagged.
 */
function sameDefinition(wanted, live, liveTags = []) {
    // Nobody can register these: AWS itself sets them.
    const tags = liveTags.filter(({ key }) => !key?.toLowerCase().startsWith('aws:'));
    return (0,external_node_util_.isDeepStrictEqual)(normal_form_normalForm(wanted), normal_form_normalForm({ ...live, tags }));
}
/**
 * What differs, for a person to read: `containerDefinitions[web].environment[LOG_LEVEL]`, before, after. No value of
 * `hidden` (DeployContext.substituted) shows, and neither does what may be an older value of the same secret.
 */
function differences(wanted, live, hidden = []) {
    const before = leavesOf(normalForm(live));
    const after = leavesOf(normalForm(wanted));
    const paths = [...new Set([...after.keys(), ...before.keys()])];
    return paths
        .filter((path) => !isDeepStrictEqual(before.get(path), after.get(path)))
        .map((path) => hide({ path, ...compare_given('live', before.get(path)), ...compare_given('wanted', after.get(path)) }, hidden));
}
function leavesOf(value, path = '') {
    const children = childrenOf(value, path);
    if (children.length === 0)
        return value === undefined ? new Map() : new Map([[path, value]]);
    return new Map(children.flatMap(([below, child]) => [...leavesOf(child, below)]));
}
function childrenOf(value, path) {
    if (Array.isArray(value)) {
        return value.some(isObject)
            ? value.map((item, index) => namedItem(item, `${path}[${nameOf(item, value) ?? index}]`))
            : [];
    }
    if (!isObject(value))
        return [];
    return Object.entries(value).map(([key, child]) => [stepTo(path, key), child]);
}
function stepTo(path, key) {
    if (!/^\w+$/.test(key))
        return `${path}[${key}]`;
    return path === '' ? key : `${path}.${key}`;
}
/** Containers, variables, volumes and tags go by their name, so that one more at the top is not a change of all below it. */
function nameOf(item, list) {
    const name = isObject(item) ? (item.name ?? item.key) : undefined;
    if (typeof name !== 'string')
        return undefined;
    const unique = list.filter((other) => isObject(other) && (other.name ?? other.key) === name).length === 1;
    return unique ? name : undefined;
}
/** A name with one value is a pair, and reads best as one line. */
function namedItem(item, path) {
    const keys = isObject(item) ? Object.keys(item).sort().join() : '';
    return isObject(item) && (keys === 'name,value' || keys === 'key,value') ? [path, item.value] : [path, item];
}
function compare_given(side, value) {
    return value === undefined ? {} : { [side]: value };
}
const veil = '***';
function hide(difference, hidden) {
    const cover = covering(hidden);
    const wanted = cover(difference.wanted);
    const secret = !isDeepStrictEqual(wanted, difference.wanted);
    // What an environment variable was may have come from the environment when it was deployed; only a value that is
    // written out in the file now says that it is none.
    const orphan = difference.wanted === undefined && /\.environment\[/.test(difference.path);
    const live = secret || orphan ? veil : cover(difference.live);
    const path = difference.path.replaceAll(/(?<=\[)[^\]]*[^\]\d][^\]]*(?=\])/g, (name) => String(cover(name)));
    return { path, ...(difference.live !== undefined && compare_given('live', live)), ...compare_given('wanted', wanted) };
}
/** Replaces each hidden value wherever it occurs; the longest first, since one may be a part of another. */
function covering(hidden) {
    const values = hidden.filter((value) => value !== '').toSorted((a, b) => b.length - a.length);
    const cover = (value) => {
        if (typeof value === 'string')
            return values.reduce((text, secret) => text.replaceAll(secret, veil), value);
        if (Array.isArray(value))
            return value.map(cover);
        if (typeof value === 'number' || typeof value === 'boolean')
            return values.includes(String(value)) ? veil : value;
        return value;
    };
    return cover;
}

;// CONCATENATED MODULE: ./build/perform.js











/** Looks, decides and does. Never throws: how it went is the Outcome. */
async function perform(request, scene) {
    try {
        let snapshot = await takeSnapshot(scene.aws, request, scene.clock);
        const others = waitForOthers(request, snapshot);
        if (others !== undefined && !request.dryRun) {
            scene.report({ kind: 'planned', plan: others });
            const waited = await (0,engine/* execute */.g)(others, worldFor(scene, request.place.cluster));
            if (waited.is !== 'succeeded')
                return { ...waited, is: waited.is === 'cancelled' ? 'cancelled' : 'failed' };
            snapshot = await takeSnapshot(scene.aws, request, scene.clock);
        }
        const plan = planRollout(request, snapshot, { identical: isIdentical(request, snapshot) });
        tellFacts(request, snapshot, scene);
        scene.report({ kind: 'planned', plan });
        if (request.dryRun)
            return { is: 'planned', serviceIntact: true, leftovers: [] };
        return await (0,engine/* execute */.g)(plan, worldFor(scene, request.place.cluster, snapshot));
    }
    catch (error) {
        const is = scene.signal.aborted ? 'cancelled' : 'failed';
        return { is, serviceIntact: true, cause: causeOf(error, scene.signal), leftovers: [] };
    }
}
function isIdentical({ revision }, { stable, given }) {
    if (revision.kind === 'new')
        return sameDefinition(revision.definition, stable.definition, stable.tags);
    return given?.definition.taskDefinitionArn === stable.definition.taskDefinitionArn;
}
function tellFacts({ revision }, { service, stable, given }, { report }) {
    const tell = (name, value) => {
        if (value !== undefined && value !== '')
            report({ kind: 'fact', name, value });
    };
    tell('service-arn', service.serviceArn);
    tell('previous-task-definition-arn', stable.definition.taskDefinitionArn);
    if (revision.kind === 'existing')
        tell('task-definition-arn', given?.definition.taskDefinitionArn);
}
/** Everything that a plan, or only its undo, is carried out with. */
function worldFor(scene, cluster, snapshot) {
    const { aws, clock, signal, report, journal, random } = scene;
    const found = { targets: [] };
    const grace = (snapshot?.service.healthCheckGracePeriodSeconds ?? 0) * duration/* second */.Rc;
    const ground = { aws, clock, signal, report, cluster, grace };
    return {
        act: acts(ground, found),
        look: looks(ground, found),
        undo: undos(ground, found),
        clock,
        journal,
        signal,
        report,
        random,
        pace: aws.pace,
    };
}
function causeOf(error, signal) {
    const what = 'look at what is there and plan';
    if (signal.aborted || error instanceof failure/* Cancelled */.cJ) {
        return { what, because: (0,failure/* sayError */.Iq)(signal.reason ?? error), evidence: [], next: '' };
    }
    if (error instanceof failure/* Failure */.HR)
        return { what, because: (0,failure/* sayError */.Iq)(error), evidence: error.evidence, next: error.next };
    const next = error instanceof problem/* Refusal */.P_ ? '' : 'This looks like a bug of the action: please report it with the log.';
    return { what, because: (0,failure/* sayError */.Iq)(error), evidence: [], next };
}


/***/ })

};
