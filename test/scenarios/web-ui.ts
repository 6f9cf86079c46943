import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Frame, type Page } from 'playwright-core';
import type { TestInstallation } from '../support/installation.ts';
import { toolPath } from '../support/tools.ts';

/** Temporal's web UI in a real browser, as a person sees it. */
export type WebUi = {
  /** Fills and sends «Start Workflow»; `link` is one of the documentation, led to this server. */
  startWorkflow(link: string, input: unknown): Promise<void>;
  /** The text of a workflow's page; `tab` as the page names it, e.g. `History`. Waits until it holds all that is expected. */
  pageText(workflowId: string, tab: string, ...expected: string[]): Promise<string>;
  close(): Promise<void>;
};

/** Where pictures of the pages go, for people; each run writes over the last. */
export const SCREENSHOTS = String(process.env.RUSHES_TEST_PICTURES);

/** A page comes within a second; a machine that does much else beside takes far longer. */
const PATIENCE_MS = 300_000;

/** Opens the UI of an installation's server. */
export async function openWebUi(at: TestInstallation): Promise<WebUi> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const browser = await chromium.launch({
    executablePath: toolPath('chromium'),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    timeout: PATIENCE_MS,
  });
  const page = await browser.newPage({ viewport: { width: 1400, height: 1200 } });
  page.setDefaultTimeout(PATIENCE_MS);
  const namespace = `${at.uiUrl}/namespaces/${at.configuration.temporal.namespace}`;
  return {
    async startWorkflow(link, input) {
      await page.goto(link.replace(/^.*\/namespaces\/[^/]+/, namespace));
      await fillInput(page, JSON.stringify(input));
      await page.screenshot({ path: join(SCREENSHOTS, 'start-workflow.png'), fullPage: true });
      await page.locator('[data-testid=start-workflow-button]').click();
      await page.getByText('Workflow started successfully').waitFor();
    },
    async pageText(workflowId, tab, ...expected) {
      const { runId } = await at.rushes.temporal.workflow.getHandle(workflowId).describe();
      await page.goto(`${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`);
      await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
      const text = await textWith(page, expected);
      await page.screenshot({
        path: join(SCREENSHOTS, `${workflowId.replaceAll('/', '_')}-${tab}.png`),
        fullPage: true,
      });
      return text;
    },
    close: () => browser.close(),
  };
}

/** The editor tidies the JSON when it is left, and the page moves: a click on the button would miss it without a word. */
async function fillInput(page: Page, json: string): Promise<void> {
  await page.locator('.cm-content').first().click();
  await page.keyboard.insertText(json);
  await page.locator('h1').first().click();
  await page.waitForTimeout(500);
}

/** What stands on the page as soon as it holds all of `expected`. Summaries and details stand in frames of their own. */
async function textWith(page: Page, expected: readonly string[]): Promise<string> {
  let text = '';
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await page.waitForTimeout(200)) {
    const parts = page.frames().map((frame) => visibleText(frame).catch(() => ''));
    text = (await Promise.all(parts)).join('\n');
    if (expected.every((one) => text.includes(one))) return text;
  }
  throw new Error(
    `The page ${page.url()} does not show «${expected.find((one) => !text.includes(one))}»:\n${text}`,
  );
}

async function visibleText(frame: Frame): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: what a person sees, without what is hidden
  return frame.locator('body').innerText();
}
