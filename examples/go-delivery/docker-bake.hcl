# docker buildx bake          both images
# docker buildx bake server   one of them
# docker buildx bake test     the tests

variable "REGISTRY" { default = "registry.example.com/delivery" }
variable "VERSION" { default = "dev" }
variable "CACHE" { default = "" } # such as registry.example.com/delivery/cache, in CI

group "default" { targets = ["image"] }

target "spec" {
  context    = "."
  dockerfile = "stagefront.yaml"
  args       = { VERSION = VERSION }
}

target "image" {
  name       = program
  matrix     = { program = ["server", "smoke"] }
  inherits   = ["spec"]
  target     = program
  platforms  = ["linux/amd64", "linux/arm64"]
  tags       = ["${REGISTRY}/${program}:${VERSION}"]
  cache-from = CACHE == "" ? [] : ["type=registry,ref=${CACHE}:${program}"]
  cache-to   = CACHE == "" ? [] : ["type=registry,ref=${CACHE}:${program},mode=max"]
}

target "test" {
  inherits        = ["spec"]
  target          = "test"
  no-cache-filter = ["test"]
  cache-from      = CACHE == "" ? [] : ["type=registry,ref=${CACHE}:server"] # what was fetched
  output          = ["type=cacheonly"]
}
