// What the server is told of a site. All files of an image have one time, so nothing is
// told to browsers of that: what they ask again with is made of the content.
export function caddyfile({ port, missing, fallback, health, immutable }) {
  const kept = immutable.length > 0;
  return `{
	admin off
	auto_https off
	persist_config off
	storage_check off
	storage_clean_interval off
}

(site) {
	file_server {
		root /usr/share/caddy
		etag_file_extensions .etag
		precompressed br zstd gzip
		hide *.etag
		pass_thru
	}
	file_server
}

:{$PORT:${port}} {
	root * /srv
	request_header -If-Modified-Since
	header {
		-Last-Modified
		-Server
		X-Content-Type-Options nosniff
	}
${kept ? cached(immutable) : '	header Cache-Control no-cache\n'}${health ? '	respond /healthz 200\n' : ''}${fallback ? routed(fallback, health) : ''}	try_files {path} {path}.html {path}/
	import site

	handle_errors {
${missing ? '		@missing expression {err.status_code} == 404\n		handle @missing {\n			rewrite * /404.html\n			import site\n		}\n' : ''}		handle {
			respond "{err.status_code} {err.status_text}"
		}
	}
}
`;
}

// Names that change with the content are kept, and everything else is asked for again.
function cached(immutable) {
  return `	@kept {
		path ${immutable.join(' ')}
		file
	}
	header @kept Cache-Control "public, max-age=31536000, immutable"
	@fresh not {
		path ${immutable.join(' ')}
		file
	}
	header @fresh Cache-Control no-cache
`;
}

// Paths that look like those of pages are the program's in the browser; those that look
// like files are missing.
function routed(page, health) {
  return `	@routes {
		not path_regexp \\.[A-Za-z0-9]+$
${health ? '		not path /healthz\n' : ''}		not file {
			try_files {path} {path}.html {path}/
		}
	}
	rewrite @routes /${page}
`;
}
