import { defineConfig } from 'vitest/config';

/** Tests that start servers, workers or whole workflows; everything else answers within seconds. */
const SLOW = [
  'test/scenarios/**',
  'test/workflows/**',
  'test/chaos/**',
  'test/setup/**',
  'test/service/**',
  'test/conformance/**',
];

export default defineConfig({
  test: {
    // The Temporal worker's native part does not survive worker threads.
    pool: 'forks',
    // The default leaves one core idle, and much of a test's time is waiting for servers and tools.
    maxWorkers: 2,
    globalSetup: ['test/support/global-setup.ts'],
    // Against a hang only: each wait of a test tells by itself what did not come, and a busy machine takes many times as long.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    // The servers that all files share are ended and their data removed within it: what is cut off there stays behind.
    teardownTimeout: 600_000,
    // What is polled for mostly comes at once; what comes late is awaited nearly as long as a test may take.
    expect: { poll: { timeout: 600_000 } },
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: SLOW,
        },
      },
      {
        extends: true,
        test: {
          name: 'scenario',
          include: SLOW.map((glob) => glob.replace(/\*\*$/, '**/*.test.ts')),
        },
      },
    ],
  },
});
