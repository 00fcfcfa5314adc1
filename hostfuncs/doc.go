// Package hostfuncs is what a guest may ask of the host: files in a workspace,
// and fetch, each granted or denied.
//
// Files live in a Workspace: a copy-on-write view of a Base with quotas, whose
// changes are collected for an atomic commit. Dir is a folder of the host for
// programs that are run from one. Fetcher is the network behind a Policy that
// is decided on the address dialled. It knows nothing of JavaScript, HTTP
// servers or stores: it implements jsengine.Files and jsengine.Net.
package hostfuncs
