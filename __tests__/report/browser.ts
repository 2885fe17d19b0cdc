import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

// A real browser without a package: Chromium's DevTools protocol over a pipe, a message between two NULs.

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where Chromium is on this machine; CHROME_PATH wins. */
export function findBrowser(): string | undefined {
  const places = (process.env.PATH ?? '').split(delimiter).flatMap((directory) => names.map((n) => join(directory, n)));
  return [process.env.CHROME_PATH ?? '', ...places].find((path) => path !== '' && isBrowser(path));
}

/** Some systems have a stand-in that only says how to install one. */
function isBrowser(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return /\d+\.\d+/.test(execFileSync(path, ['--version'], { encoding: 'utf8', stdio: 'pipe', timeout: 20_000 }));
  } catch {
    return false;
  }
}

type Params = Readonly<Record<string, unknown>>;
interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** How a page is looked at. */
export interface View {
  readonly script?: boolean;
  readonly colours?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** A page in a tab of its own, and all that it has done which nobody asked it for. */
export interface Page {
  /** What the console says, exceptions and breaches of its policy. */
  readonly complaints: readonly string[];
  /** Every address that was asked for, but that of the page. */
  readonly requests: readonly string[];
  readonly dialogs: readonly string[];
  /** Evaluates an expression; a promise is waited for. */
  see<T>(expression: string): Promise<T>;
  wheel(at: Point, by: number, control?: boolean): Promise<void>;
  drag(from: Point, to: Point): Promise<void>;
  click(at: Point): Promise<void>;
  hover(at: Point): Promise<void>;
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  screenshot(): Promise<Buffer>;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A browser process. */
export interface Browser {
  open(html: string, view?: View): Promise<Page>;
  close(): Promise<void>;
}

/** Starts a browser that stores nothing and that no sandbox keeps from running in a container. */
export function startBrowser(path: string): Browser {
  const home = mkdtempSync(join(tmpdir(), 'browser-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-extensions'];
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'];
  const child = spawn(path, [...flags, ...quiet, '--remote-debugging-pipe', `--user-data-dir=${home}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const wire = new Wire(child);
  let pages = 0;
  return {
    open: (html, view = {}) => {
      const file = join(home, `page-${++pages}.html`);
      writeFileSync(file, html);
      return openPage(wire, pathToFileURL(file).href, view);
    },
    close: async () => {
      const gone = new Promise((resolve) => child.once('close', resolve));
      await wire.send('Browser.close').catch(() => child.kill('SIGKILL'));
      await gone;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Commands that are answered, and events that are heard. */
class Wire {
  readonly #to: Writable;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #listeners = new Set<(message: Message) => void>();
  #last = 0;

  constructor(child: ChildProcess) {
    this.#to = child.stdio[3] as Writable;
    let rest = '';
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (rest + chunk).split('\0');
      rest = messages.pop() ?? '';
      for (const text of messages) this.#take(JSON.parse(text) as Message);
    });
    const gone = (): void => {
      for (const answer of this.#waiting.values()) answer({ error: { message: 'the browser is gone' } });
    };
    child.once('close', gone).once('error', gone);
    this.#to.on('error', gone);
  }

  #take(message: Message): void {
    if (message.id === undefined) for (const listener of this.#listeners) listener(message);
    else this.#waiting.get(message.id)?.(message);
  }

  listen(listener: (message: Message) => void): void {
    this.#listeners.add(listener);
  }

  async send(method: string, params: Params = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#to.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    const { error, result = {} } = await answer;
    this.#waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }
}

async function openPage(wire: Wire, url: string, view: View): Promise<Page> {
  const { script = true, colours = 'light', width = 1280, height = 900 } = view;
  const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await wire.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, params: Params = {}) => wire.send(method, params, sessionId as string);
  const [complaints, requests, dialogs]: [string[], string[], string[]] = [[], [], []];
  const loaded = new Promise<void>((resolve) => {
    wire.listen(({ method, params = {}, sessionId: from }) => {
      if (from !== sessionId) return;
      if (method === 'Page.loadEventFired') resolve();
      if (method === 'Runtime.exceptionThrown' || method === 'Runtime.consoleAPICalled' || method === 'Log.entryAdded')
        complaints.push(JSON.stringify(params));
      if (method === 'Network.requestWillBeSent') requests.push((params.request as { url: string }).url);
      if (method === 'Page.javascriptDialogOpening') {
        dialogs.push(String(params.message));
        void send('Page.handleJavaScriptDialog', { accept: true });
      }
    });
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  const features = { 'prefers-color-scheme': colours, 'prefers-reduced-motion': 'reduce' };
  const media = Object.entries(features).map(([name, value]) => ({ name, value }));
  await send('Emulation.setEmulatedMedia', { features: media });
  await send('Emulation.setScriptExecutionDisabled', { value: !script });
  await send('Page.navigate', { url });
  await loaded;
  const see = async <T>(expression: string): Promise<T> => {
    const params = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = await send('Runtime.evaluate', params);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  };
  const mouse = (type: string, { x, y }: Point, more: Params = {}) =>
    send('Input.dispatchMouseEvent', { type, x, y, pointerType: 'mouse', ...more });
  // Not one frame but two: what a frame has been asked for is seen in the next. Without a script, nobody tells.
  const settle = () =>
    script
      ? see<void>('new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r())))')
      : pause(200);
  const left = { button: 'left', buttons: 1, clickCount: 1 };
  return {
    complaints,
    dialogs,
    get requests() {
      return requests.filter((one) => one !== url);
    },
    see,
    wheel: async (at, by, control = false) => {
      await mouse('mouseWheel', at, { deltaX: 0, deltaY: by, modifiers: control ? 2 : 0 });
      await settle();
    },
    drag: async (from, to) => {
      await mouse('mouseMoved', from);
      await mouse('mousePressed', from, left);
      for (const part of [0.3, 0.7, 1])
        await mouse('mouseMoved', { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }, left);
      await mouse('mouseReleased', to, { ...left, buttons: 0 });
      await settle();
    },
    click: async (at) => {
      await mouse('mouseMoved', at);
      await mouse('mousePressed', at, left);
      await mouse('mouseReleased', at, { ...left, buttons: 0 });
      await settle();
    },
    hover: async (at) => {
      await mouse('mouseMoved', at);
      await settle();
    },
    press: async (key) => {
      const text = key.length === 1 ? { text: key } : {};
      await send('Input.dispatchKeyEvent', { type: 'keyDown', key, ...text });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', key });
      await settle();
    },
    type: async (text) => {
      await send('Input.insertText', { text });
      await settle();
    },
    screenshot: async () => {
      const { data } = await send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true });
      return Buffer.from(String(data), 'base64');
    },
  };
}
