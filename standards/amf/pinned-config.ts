/**
 * The one OpenColorIO config that names of colour spaces, displays and views refer to. Pinned by name, because
 * `studio-config-latest` means another config in another release; the digest is that of the built-in config's text.
 */
export const PINNED_CONFIG = {
  uri: 'ocio://studio-config-v4.0.0_aces-v2.0_ocio-v2.5',
  sha256: '3a48b0421e51d4284ec07187f86b74387321550b65f5a2f237885bf269dbc99e',
} as const;
