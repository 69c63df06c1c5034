package node

import (
	"regexp"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// setting is one that a file of a manager's has, by the name that is written there.
type setting struct {
	key  string
	line int
}

// settingsOf returns the settings of a file by the manner that its name stands for, and
// whether those are all: managers may read what is written in an unusual way otherwise.
func settingsOf(name, text string) (found []setting, all bool) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if strings.ContainsFunc(text, unusual) {
		return nil, false
	}
	if name == ".yarnrc.yml" || name == pnpmWorkspace {
		return yamlSettings(text)
	}
	line := iniLine
	if name == ".yarnrc" {
		line = yarnLine
	}
	all = true
	for i, l := range strings.Split(text, "\n") {
		if l = strings.Trim(l, " \t"); l == "" || l[0] == '#' || l[0] == ';' && name == ".npmrc" {
			continue
		}
		if m := line.FindStringSubmatch(l); m != nil {
			found = append(found, setting{m[1], i + 1})
		} else {
			found = append(found, setting{l, i + 1})
		}
	}
	return found, all
}

var (
	// iniLine is a line of .npmrc: key=value, key[]=value, or a key alone.
	// https://github.com/npm/ini
	iniLine = regexp.MustCompile(`^([^=\s"';#\[\]]+)(?:\[\])?[ \t]*(?:=.*)?$`)
	// yarnLine is a line of yarn 1's .yarnrc: key value, "key" "value", key: value.
	yarnLine = regexp.MustCompile(`^"?([^\s"\\]+?)"?:?[ \t]+(?:"[^"\\]*"|[^\s"\\]+)$`)
	// several matches what YAML has of more than one document, and yarn.lock's own manner,
	// which yarn takes for the settings' where a comment says so.
	several = regexp.MustCompile(`(?i)\n(---|\.\.\.)|^%|\n%|yarn lockfile`)
)

// unusual reports characters that parsers do not agree on, or that write others.
func unusual(r rune) bool {
	return r == unicode.ReplacementChar || r == '\ufeff' || r == '\u2028' || r == '\u2029' || unicode.IsControl(r) && r != '\n' && r != '\t'
}

// yamlSettings returns the keys of a document that is a mapping.
func yamlSettings(text string) (found []setting, all bool) {
	var doc yaml.Node
	if strings.ContainsAny(text, "\\\t") || several.MatchString(text) || yaml.Unmarshal([]byte(text), &doc) != nil {
		return nil, false
	}
	if len(doc.Content) == 0 {
		return nil, true // comments
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return nil, false
	}
	for i := 0; i < len(top.Content); i += 2 {
		key := top.Content[i]
		if key.Kind != yaml.ScalarNode {
			return found, false
		}
		found = append(found, setting{key.Value, key.Line})
	}
	return found, true
}

// allowed reports whether a setting of a file neither runs anything nor says where other
// settings are.
func allowed(file, key string) bool {
	switch file {
	case ".yarnrc.yml":
		return harmlessOfBerry.has(key)
	case ".yarnrc":
		return harmlessOfYarn.has(strings.TrimPrefix(ofCommand.ReplaceAllString(key, ""), "no-")) || harmless.has(key) || ofScope.MatchString(key) || ofHost.MatchString(key)
	}
	return harmless.has(kebab(key)) || ofScope.MatchString(key) || ofHost.MatchString(key)
}

var (
	ofScope = regexp.MustCompile(`^@[\w.~-]+:registry$`)
	// ofHost is what is for one registry. Its "tokenHelper" is a program.
	ofHost = regexp.MustCompile(`^//[^\s:]+(?::\d+)?[^\s:]*:(?:_authToken|_auth|_password|username|email|always-auth|cert|key|ca|certfile|keyfile|cafile)$`)
	// ofCommand is what yarn 1 has before an option: --install.frozen-lockfile.
	ofCommand = regexp.MustCompile(`^--(?:[a-z]+\.)?`)
	humps     = regexp.MustCompile(`([a-z0-9])([A-Z])`)
)

// kebab returns the name of a setting as .npmrc has it: save-exact for saveExact.
func kebab(key string) string { return strings.ToLower(humps.ReplaceAllString(key, "$1-$2")) }

// names is a set of names of settings.
type nameSet map[string]bool

func (s nameSet) has(name string) bool { return s[name] }

func setOf(words string) nameSet {
	set := nameSet{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// What is not here is taken for something that runs code: hooks, plug-ins, programs, shells,
// editors, options of node, other versions of node and of the manager, files of settings,
// directories that are written to. Proxies are not here because who goes through one that
// the repository names, and believes whom it says, shows it the passwords;
// shared-workspace-lockfile because members then have settings and hooks of their own.

// harmless are the settings of npm and of pnpm, in .npmrc, pnpm-workspace.yaml and "pnpm" of
// package.json. https://docs.npmjs.com/cli/using-npm/config https://pnpm.io/settings
var harmless = setOf(`
	registry replace-registry-host scope tag strict-ssl ca cafile cert key maxsockets
	always-auth auth-type email username _auth _auth-token _password
	fetch-retries fetch-retry-factor fetch-retry-mintimeout fetch-retry-maxtimeout fetch-timeout
	network-concurrency child-concurrency workspace-concurrency network-timeout

	save save-exact save-prefix save-dev save-prod save-peer save-optional save-bundle save-catalog-name
	save-workspace-protocol tag-version-prefix git-tag-version commit-hooks sign-git-tag sign-git-commit
	allow-same-version preid message access provenance otp audit audit-level audit-config fund
	init-version init-license init-author-name init-author-email init-author-url init-private init-type
	init.version init.license init.author.name init.author.email init.author.url init-package-manager

	color progress unicode loglevel heading timing usage long json parseable description depth
	update-notifier reporter append-only use-stderr aggregate-output reporter-hide-prefix yes

	engine-strict node-version legacy-peer-deps strict-peer-deps strict-peer-dependencies
	auto-install-peers resolve-peers-from-workspace-root peer-dependency-rules dedupe-peer-dependents
	dedupe-peers dedupe-direct-deps dedupe-injected-deps prefer-dedupe ignore-compatibility-db
	omit include only also optional production dev prod before force ignore-scripts
	ignore-pnpmfile foreground-scripts bin-links rebuild-bundle install-links install-strategy
	global-style legacy-bundling offline prefer-offline prefer-online allow-git allow-remote allow-file allow-directory
	package-lock package-lock-only shrinkwrap lockfile-version format-package-lock
	omit-lockfile-registry-resolved include-workspace-root workspaces-update
	min-release-age min-release-age-exclude minimum-release-age minimum-release-age-exclude
	minimum-release-age-strict minimum-release-age-ignore-missing-time
	cpu os libc supported-architectures ignored-optional-dependencies

	node-linker hoist hoist-pattern public-hoist-pattern shamefully-hoist hoist-workspace-packages
	hoisting-limits symlink prefer-symlinked-executables package-import-method extend-node-path
	virtual-store-dir-max-length peers-suffix-max-length side-effects-cache side-effects-cache-readonly
	lockfile prefer-frozen-lockfile frozen-lockfile lockfile-include-tarball-url git-branch-lockfile
	merge-git-branch-lockfiles-branch-pattern exclude-links-from-lockfile use-lockfile-v6
	resolution-mode registry-supports-time-field block-exotic-subdeps trust-policy trust-policy-exclude
	trust-policy-ignore-after strict-dep-builds allow-builds only-built-dependencies
	ignored-built-dependencies never-built-dependencies dangerously-allow-all-builds ignore-dep-scripts
	enable-pre-post-scripts shell-emulator verify-deps-before-run optimistic-repeat-install
	package-manager-strict package-manager-strict-version git-shallow-hosts git-checks publish-branch
	test-pattern changed-files-ignore-pattern deploy-all-files force-legacy-deploy embed-readme

	packages catalog catalogs catalog-mode cleanup-unused-catalogs overrides package-extensions
	patched-dependencies allow-non-applied-patches allow-unused-patches ignore-patch-failures
	allowed-deprecated-versions required-scripts update-config link-workspace-packages
	prefer-workspace-packages inject-workspace-packages sync-injected-deps-after-scripts
	disallow-workspace-cycles ignore-workspace-cycles ignore-workspace-root-check fail-if-no-match
	recursive-install
`)

// harmlessOfBerry are the settings of yarn's later versions. Of yarnPath, ignorePath,
// cacheFolder, enableGlobalCache and enableScripts fetch says the opposite, and wins.
// https://yarnpkg.com/configuration/yarnrc
var harmlessOfBerry = setOf(`
	yarnPath ignorePath cacheFolder enableGlobalCache enableScripts enableMirror cacheMigrationMode
	catalog catalogs changesetBaseRefs changesetIgnorePatterns checksumBehavior cloneConcurrency
	compressionLevel defaultLanguageName defaultProtocol defaultSemverRangePrefix
	enableCacheClean enableColors enableConstraintsChecks enableHardenedMode enableHyperlinks
	enableImmutableCache enableImmutableInstalls enableInlineBuilds enableInlineHunks
	enableMessageNames enableNetwork enableOfflineMode enableProgressBars enableStrictSettings
	enableStrictSsl enableTelemetry enableTimers enableTips enableTransparentWorkspaces
	httpRetry httpTimeout httpsCaFilePath httpsCertFilePath httpsKeyFilePath caFilePath
	immutablePatterns initFields initScope logFilters networkConcurrency
	nmHoistingLimits nmMode nmSelfReferences nodeLinker winLinkType
	npmAlwaysAuth npmAuditExcludePackages npmAuditIgnoreAdvisories npmAuditRegistry npmAuthIdent
	npmAuthToken npmMinimalAgeGate npmPreapprovedPackages npmPublishAccess npmPublishProvenance
	npmPublishRegistry npmRegistries npmRegistryServer npmScopes
	packageExtensions patchFolder pnpEnableEsmLoader pnpEnableInlining pnpFallbackMode
	pnpIgnorePatterns pnpMode preferAggregateCacheInfo preferDeferredVersions preferInteractive
	preferReuse preferTruncatedLines progressBarStyle semverDirectivesPreferred supportedArchitectures
	taskPoolConcurrency taskPoolMode telemetryInterval telemetryUserId tsEnableAutoTypes
	unsafeHttpWhitelist workerPoolMode
`)

// harmlessOfYarn are the settings of yarn 1 that npm does not have, and its options. What
// yarn-path leads to is not run. https://classic.yarnpkg.com/docs/yarnrc
var harmlessOfYarn = setOf(`
	yarn-path lastUpdateCheck disable-self-update-check network-timeout network-concurrency
	workspaces-experimental workspaces-nohoist-experimental workspaces-focus-experimental
	save-prefix save-exact strict-ssl registry init-license init-version init-private
	version-tag-prefix version-git-tag version-git-message version-commit-hooks version-git-sign
	ignore-engines ignore-platform ignore-optional ignore-scripts ignore-workspace-root-check
	frozen-lockfile pure-lockfile non-interactive no-progress progress no-default-rc silent verbose
	prefer-offline check-files integrity flat production prod exact dev emoji bin-links
	child-concurrency unsafe-disable-integrity-migration npmMinimalAgeGate
`)
