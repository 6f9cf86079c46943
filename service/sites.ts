import type { ObjectStoreConfig } from '../stores/objects/connection.ts';
import type { Configuration, StoreSettings } from './configuration.ts';

/** The site whose store keeps the facts and the journal of all sites: they lead workers to one another's results. */
export function controlSiteOf(configuration: Configuration): string {
  return configuration.controlSite ?? configuration.site;
}

/** The same installation, seen by a worker of another of its sites. */
export function configurationAt(configuration: Configuration, site: string): Configuration {
  return { ...configuration, controlSite: controlSiteOf(configuration), site };
}

/** Sites that originals may be sent between. A worker may serve further ones, whose buckets the control site's store holds. */
export function knownSites(configuration: Configuration): string[] {
  return [...new Set([controlSiteOf(configuration), ...Object.keys(configuration.sites)])].sort();
}

/**
 * How a process of this configuration reaches the store of a site. A site without a store of its own has buckets on that of the
 * control site. What is mounted is read in place only at the process's own site.
 */
export function storeConfigOf(configuration: Configuration, site: string): ObjectStoreConfig {
  const { mountedAt, owner: _owner, ...rest } = settingsOf(configuration, site);
  return { site, ...rest, ...(mountedAt === undefined || site !== configuration.site ? {} : { mountedAt }) };
}

/** The owner of a site's buckets, where this configuration knows one other than the worker itself. */
export function ownerOf(configuration: Configuration, site: string): StoreSettings['owner'] {
  return settingsOf(configuration, site).owner;
}

function settingsOf(configuration: Configuration, site: string): StoreSettings {
  return configuration.sites[site]?.objectStore ?? configuration.objectStore;
}
