/** Where the documents of every package lie, relative to the package. */
export const PACKAGE_FILES = {
  manifest: 'manifest.json',
  report: 'report/report.json',
  reportPage: 'report/report.html',
} as const;
