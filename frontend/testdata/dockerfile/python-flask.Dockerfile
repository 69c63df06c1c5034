# syntax=docker/dockerfile:1

# What stagefront.yaml builds for linux/amd64 and linux/arm64, printed by --call=dockerfile.
# It gives the same files, owners, modes and config. A Dockerfile cannot say, or do:
#
# - That steps see a root that they cannot write to. Here what they write elsewhere than
#   in their output is in a stage that nothing is copied from.
# - Decisions that depend on what was compiled: the runtime, its libraries, what is
#   started. They are made as this build made them; nothing is opened and compared again.
# - What others answer: images are named by the digests that their tags had.
# - Times of files and of the image. Build with SOURCE_DATE_EPOCH, and with the option
#   rewrite-timestamp=true of the output.
# - A bill of materials by what was built: --sbom=true has a scanner guess it.
# - The reason of a failed step, of which Stagefront keeps the log.
#
# Limits, hosts, proxies and the network of steps are flags of docker build here as there.

# Steps run here, whatever is built for: what they use was chosen for this platform.
ARG BUILDER=linux/amd64

# [runtime linux/amd64] gcr.io/distroless/python3-debian13:nonroot
FROM --platform=linux/amd64 gcr.io/distroless/python3-debian13:nonroot@sha256:6fd82e0e0453e23e4bc3ce0178be985c752a23089f920d8cd6a8bb2787b0c984 AS python3-debian13

# a directory that gets its mode where it is copied to
FROM scratch AS app
WORKDIR /made/app

# [export] prepare directories of system files
FROM scratch AS export-prepare-directories-of-system-files
COPY --from=app --chown=65532:0 --chmod=0775 /made /

# [export] system files
FROM scratch AS export-system-files
COPY --from=export-prepare-directories-of-system-files / /

# [export] prepare directories of environment
FROM scratch AS export-prepare-directories-of-environment
WORKDIR /opt
WORKDIR /opt/venv
WORKDIR /opt/venv/bin

# [python] python:3.13-slim-trixie
FROM --platform=${BUILDER} docker.io/library/python:3.13-slim-trixie@sha256:011740aef5b5ee9bfb47700104d7c1c110c08a4d1adac0de1eeb66c271da5fcb AS python

# what no instruction makes, a shell does
FROM python AS export-environment-link
RUN mkdir /made && ln -s '/usr/bin/python3.13' '/made/python'

# what no instruction makes, a shell does
FROM python AS export-environment-link-2
RUN mkdir /made && ln -s 'python' '/made/python3'

# what no instruction makes, a shell does
FROM python AS export-environment-link-3
RUN mkdir /made && ln -s 'python' '/made/python3.13'

# [export] environment
FROM scratch AS export-environment
COPY --from=export-prepare-directories-of-environment / /
COPY --chown=0:0 --chmod=0644 <<"EOF" /opt/venv/pyvenv.cfg
home = /usr/bin
include-system-site-packages = false
version = 3.13
EOF
COPY --from=export-environment-link /made /opt/venv/bin
COPY --from=export-environment-link-2 /made /opt/venv/bin
COPY --from=export-environment-link-3 /made /opt/venv/bin
COPY --from=export-prepare-directories-of-environment / /

# [export] prepare directories of dependencies
FROM scratch AS export-prepare-directories-of-dependencies
WORKDIR /opt
WORKDIR /opt/venv

# [python] prepare steps
FROM scratch AS python-prepare-steps
COPY --chmod=0644 <<"EOF" /advice.py
"""Says in a line what a failure means for who builds an image."""
…
EOF
COPY --chmod=0644 <<"EOF" /aside.py
"""Tells what of a project its developers and their tools read, and the program does not."""
…
EOF
COPY --chmod=0644 <<"EOF" /build.py
"""Builds the packages that exist as source alone, and installs them beside the
…
EOF
COPY --chmod=0644 <<"EOF" /clone.py
"""Clones repositories of git at a commit. That runs git alone: it takes no hooks and no
…
EOF
COPY --chmod=0644 <<"EOF" /compile.py
"""Puts a Python project together: its source at /out/app and, where it is a
…
EOF
COPY --chmod=0644 <<"EOF" /fetch.py
"""Fetches the dependencies of a project for a platform, without running any of them.
…
EOF
COPY --chmod=0644 <<"EOF" /guard.py
"""Compares what is installed with what the lock has for the platform."""
…
EOF
COPY --chmod=0644 <<"EOF" /indexes.py
"""Where packages come from: what whoever builds says, what the project says, and what a
…
EOF
COPY --chmod=0644 <<"EOF" /native.py
"""Builds wheels with a C compiler, for a platform that may be another than the builder's.
…
EOF
COPY --chmod=0644 <<"EOF" /prepare.py
"""Puts our programs where steps run them, and compiles what they import, Python's own
…
EOF
COPY --chmod=0644 <<"EOF" /sdist.py
"""Downloads source distributions and reads what they say of themselves. Nothing
…
EOF
COPY --chmod=0644 <<"EOF" /tree.py
"""What fetch and compile both do to trees of Python files."""
…
EOF
COPY --chmod=0644 <<"EOF" /wanted.py
"""What is to be installed for a platform: lines of requirements and locks, with
…
EOF

# what is thrown away begins with nothing
FROM scratch AS empty

# [python] prepare the build
FROM python AS python-prepare-the-build
ENV PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENV PYTHONHASHSEED="0"
ENV HOME="/root"
WORKDIR /opt/programs
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=python-prepare-steps,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=empty,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["python3", "/opt/stagefront/prepare.py", "3.13", "/opt/programs", "/opt/programs/bytecode", "build", "compile", "fetch", "native"]

# [python] prepare steps
FROM scratch AS python-prepare-steps-2
COPY --chmod=0644 <<"EOF" /tool.py
"""Has pip fetch the installer, and says in a line why it cannot."""
…
EOF
COPY --chmod=0644 <<"EOF" /advice.py
"""Says in a line what a failure means for who builds an image."""
…
EOF

# [python] fetch uv
FROM python AS python-fetch-uv
ENV PIP_CERT="/etc/ssl/certs/ca-certificates.crt"
ENV PIP_DEFAULT_TIMEOUT="30"
ENV PIP_DISABLE_PIP_VERSION_CHECK="1"
ENV PIP_RETRIES="2"
ENV PIP_ROOT_USER_ACTION="ignore"
ENV PYTHONHASHSEED="0"
ENV SSL_CERT_FILE="/etc/ssl/certs/ca-certificates.crt"
ENV UV_CACHE_DIR="/var/cache/uv"
ENV UV_HTTP_RETRIES="2"
ENV UV_HTTP_TIMEOUT="30"
ENV UV_PYTHON_DOWNLOADS="never"
ENV HOME="/root"
WORKDIR /opt/uv
WORKDIR /src
RUN \
    --mount=type=bind,from=python-prepare-steps-2,target=/opt/stagefront \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=empty,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt,mode=0444 \
    --mount=type=secret,id=netrc,target=/root/.netrc,mode=0400 \
    --mount=type=secret,id=pip.conf,target=/etc/pip.conf,mode=0400 \
    ["python3", "/opt/stagefront/tool.py", "install", "--quiet", "--no-deps", "--no-compile", "--only-binary", ":all:", "--target", "/opt/uv", "uv==0.13.9"]

# [python] prepare steps
FROM scratch AS python-prepare-steps-3
COPY --chmod=0644 <<"EOF" /requirements.txt
blinker==1.9.0  --hash=sha256:b4ce2265a7abece45e7cc896e98dbebe6cead56bcf805a3d23136d145f5445bf  --hash=sha256:ba0efaa9080b619ff2f3459d1d500c57bddea4a6b424b60a91141db6fd2f08bc
click==8.5.1  --hash=sha256:8bb5376d2006950386f8c6427613334a2acadc5f559cb80e638d00b4df957e37  --hash=sha256:9bbfada76703fd1d784b83eea012e3e8c6a001a876543ef104fa56aaaeb072b4
flask==3.1.2  --hash=sha256:bf656c15c80190ed628ad08cdfd3aaa35beb087855e2f494910aa3774cc4fd87  --hash=sha256:ca1d8112ec8a6158cc29ea4858963350011b5c846a414cdb7a954aa9e967d03c
gunicorn==23.0.0  --hash=sha256:ec400d38950de4dfd418cff8328b2c8faed0edb0d517d3394e457c317908ca4d  --hash=sha256:f014447a0101dc57e294f6c18ca6b40227a4c90e9bdb586042628030cba004ec
itsdangerous==2.2.0  --hash=sha256:c6242fc49e35958c8b15141343aa660db5fc54d4f13a1db01a3f5891b98700ef  --hash=sha256:e0050c0b7da1eea53ffaf149c0cfbb5c6e2e2b69c4bef22c81fa6eb73e5f6173
jinja2==3.1.6  --hash=sha256:0137fb05990d35f1275a587e9aee6d56da821fc83491a0fb838183be43f66d6d  --hash=sha256:85ece4451f492d0c13c5dd7c13a64681a86afae63a5f347908daf103ce6d2f67
markupsafe==3.0.3  --hash=sha256:0303439a41979d9e74d18ff5e2dd8c43ed6c6001fd40e5bf2e43f7bd9bbc523f  --hash=sha256:068f375c472b3e7acbe2d5318dea141359e6900156b5b2ba06a30b169086b91a  --hash=sha256:0bf2a864d67e76e5c9a34dc26ec616a66b9888e25e7b9460e1c76d3293bd9dbf  --hash=sha256:0db14f5dafddbb6d9208827849fad01f1a2609380add406671a26386cdf15a19  --hash=sha256:0eb9ff8191e8498cca014656ae6b8d61f39da5f95b488805da4bb029cccbfbaf  --hash=sha256:0f4b68347f8c5eab4a13419215bdfd7f8c9b19f2b25520968adfad23eb0ce60c  --hash=sha256:1085e7fbddd3be5f89cc898938f42c0b3c711fdcb37d75221de2666af647c175  --hash=sha256:116bb52f642a37c115f517494ea5feb03889e04df47eeff5b130b1808ce7c219  --hash=sha256:12c63dfb4a98206f045aa9563db46507995f7ef6d83b2f68eda65c307c6829eb  --hash=sha256:133a43e73a802c5562be9bbcd03d090aa5a1fe899db609c29e8c8d815c5f6de6  --hash=sha256:1353ef0c1b138e1907ae78e2f6c63ff67501122006b0f9abad68fda5f4ffc6ab  --hash=sha256:15d939a21d546304880945ca1ecb8a039db6b4dc49b2c5a400387cdae6a62e26  --hash=sha256:177b5253b2834fe3678cb4a5f0059808258584c559193998be2601324fdeafb1  --hash=sha256:1872df69a4de6aead3491198eaf13810b565bdbeec3ae2dc8780f14458ec73ce  --hash=sha256:1b4b79e8ebf6b55351f0d91fe80f893b4743f104bff22e90697db1590e47a218  --hash=sha256:1b52b4fb9df4eb9ae465f8d0c228a00624de2334f216f178a995ccdcf82c4634  --hash=sha256:1ba88449deb3de88bd40044603fafffb7bc2b055d626a330323a9ed736661695  --hash=sha256:1cc7ea17a6824959616c525620e387f6dd30fec8cb44f649e31712db02123dad  --hash=sha256:218551f6df4868a8d527e3062d0fb968682fe92054e89978594c28e642c43a73  --hash=sha256:26a5784ded40c9e318cfc2bdb30fe164bdb8665ded9cd64d500a34fb42067b1c  --hash=sha256:2713baf880df847f2bece4230d4d094280f4e67b1e813eec43b4c0e144a34ffe  --hash=sha256:2a15a08b17dd94c53a1da0438822d70ebcd13f8c3a95abe3a9ef9f11a94830aa  --hash=sha256:2f981d352f04553a7171b8e44369f2af4055f888dfb147d55e42d29e29e74559  --hash=sha256:32001d6a8fc98c8cb5c947787c5d08b0a50663d139f1305bac5885d98d9b40fa  --hash=sha256:3524b778fe5cfb3452a09d31e7b5adefeea8c5be1d43c4f810ba09f2ceb29d37  --hash=sha256:3537e01efc9d4dccdf77221fb1cb3b8e1a38d5428920e0657ce299b20324d758  --hash=sha256:35add3b638a5d900e807944a078b51922212fb3dedb01633a8defc4b01a3c85f  --hash=sha256:38664109c14ffc9e7437e86b4dceb442b0096dfe3541d7864d9cbe1da4cf36c8  --hash=sha256:3a7e8ae81ae39e62a41ec302f972ba6ae23a5c5396c8e60113e9066ef893da0d  --hash=sha256:3b562dd9e9ea93f13d53989d23a7e775fdfd1066c33494ff43f5418bc8c58a5c  --hash=sha256:457a69a9577064c05a97c41f4e65148652db078a3a509039e64d3467b9e7ef97  --hash=sha256:4bd4cd07944443f5a265608cc6aab442e4f74dff8088b0dfc8238647b8f6ae9a  --hash=sha256:4e885a3d1efa2eadc93c894a21770e4bc67899e3543680313b09f139e149ab19  --hash=sha256:4faffd047e07c38848ce017e8725090413cd80cbc23d86e55c587bf979e579c9  --hash=sha256:509fa21c6deb7a7a273d629cf5ec029bc209d1a51178615ddf718f5918992ab9  --hash=sha256:5678211cb9333a6468fb8d8be0305520aa073f50d17f089b5b4b477ea6e67fdc  --hash=sha256:591ae9f2a647529ca990bc681daebdd52c8791ff06c2bfa05b65163e28102ef2  --hash=sha256:5a7d5dc5140555cf21a6fefbdbf8723f06fcd2f63ef108f2854de715e4422cb4  --hash=sha256:69c0b73548bc525c8cb9a251cddf1931d1db4d2258e9599c28c07ef3580ef354  --hash=sha256:6b5420a1d9450023228968e7e6a9ce57f65d148ab56d2313fcd589eee96a7a50  --hash=sha256:722695808f4b6457b320fdc131280796bdceb04ab50fe1795cd540799ebe1698  --hash=sha256:729586769a26dbceff69f7a7dbbf59ab6572b99d94576a5592625d5b411576b9  --hash=sha256:77f0643abe7495da77fb436f50f8dab76dbc6e5fd25d39589a0f1fe6548bfa2b  --hash=sha256:795e7751525cae078558e679d646ae45574b47ed6e7771863fcc079a6171a0fc  --hash=sha256:7be7b61bb172e1ed687f1754f8e7484f1c8019780f6f6b0786e76bb01c2ae115  --hash=sha256:7c3fb7d25180895632e5d3148dbdc29ea38ccb7fd210aa27acbd1201a1902c6e  --hash=sha256:7e68f88e5b8799aa49c85cd116c932a1ac15caaa3f5db09087854d218359e485  --hash=sha256:83891d0e9fb81a825d9a6d61e3f07550ca70a076484292a70fde82c4b807286f  --hash=sha256:8485f406a96febb5140bfeca44a73e3ce5116b2501ac54fe953e488fb1d03b12  --hash=sha256:8709b08f4a89aa7586de0aadc8da56180242ee0ada3999749b183aa23df95025  --hash=sha256:8f71bc33915be5186016f675cd83a1e08523649b0e33efdb898db577ef5bb009  --hash=sha256:915c04ba3851909ce68ccc2b8e2cd691618c4dc4c4232fb7982bca3f41fd8c3d  --hash=sha256:949b8d66bc381ee8b007cd945914c721d9aba8e27f71959d750a46f7c282b20b  --hash=sha256:94c6f0bb423f739146aec64595853541634bde58b2135f27f61c1ffd1cd4d16a  --hash=sha256:9a1abfdc021a164803f4d485104931fb8f8c1efd55bc6b748d2f5774e78b62c5  --hash=sha256:9b79b7a16f7fedff2495d684f2b59b0457c3b493778c9eed31111be64d58279f  --hash=sha256:a320721ab5a1aba0a233739394eb907f8c8da5c98c9181d1161e77a0c8e36f2d  --hash=sha256:a4afe79fb3de0b7097d81da19090f4df4f8d3a2b3adaa8764138aac2e44f3af1  --hash=sha256:ad2cf8aa28b8c020ab2fc8287b0f823d0a7d8630784c31e9ee5edea20f406287  --hash=sha256:b8512a91625c9b3da6f127803b166b629725e68af71f8184ae7e7d54686a56d6  --hash=sha256:bc51efed119bc9cfdf792cdeaa4d67e8f6fcccab66ed4bfdd6bde3e59bfcbb2f  --hash=sha256:bdc919ead48f234740ad807933cdf545180bfbe9342c2bb451556db2ed958581  --hash=sha256:bdd37121970bfd8be76c5fb069c7751683bdf373db1ed6c010162b2a130248ed  --hash=sha256:be8813b57049a7dc738189df53d69395eba14fb99345e0a5994914a3864c8a4b  --hash=sha256:c0c0b3ade1c0b13b936d7970b1d37a57acde9199dc2aecc4c336773e1d86049c  --hash=sha256:c47a551199eb8eb2121d4f0f15ae0f923d31350ab9280078d1e5f12b249e0026  --hash=sha256:c4ffb7ebf07cfe8931028e3e4c85f0357459a3f9f9490886198848f4fa002ec8  --hash=sha256:ccfcd093f13f0f0b7fdd0f198b90053bf7b2f02a3927a30e63f3ccc9df56b676  --hash=sha256:d2ee202e79d8ed691ceebae8e0486bd9a2cd4794cec4824e1c99b6f5009502f6  --hash=sha256:d53197da72cc091b024dd97249dfc7794d6a56530370992a5e1a08983ad9230e  --hash=sha256:d6dd0be5b5b189d31db7cda48b91d7e0a9795f31430b7f271219ab30f1d3ac9d  --hash=sha256:d88b440e37a16e651bda4c7c2b930eb586fd15ca7406cb39e211fcff3bf3017d  --hash=sha256:de8a88e63464af587c950061a5e6a67d3632e36df62b986892331d4620a35c01  --hash=sha256:df2449253ef108a379b8b5d6b43f4b1a8e81a061d6537becd5582fba5f9196d7  --hash=sha256:e1c1493fb6e50ab01d20a22826e57520f1284df32f2d8601fdd90b6304601419  --hash=sha256:e1cf1972137e83c5d4c136c43ced9ac51d0e124706ee1c8aa8532c1287fa8795  --hash=sha256:e2103a929dfa2fcaf9bb4e7c091983a49c9ac3b19c9061b6d5427dd7d14d81a1  --hash=sha256:e56b7d45a839a697b5eb268c82a71bd8c7f6c94d6fd50c3d577fa39a9f1409f5  --hash=sha256:e8afc3f2ccfa24215f8cb28dcf43f0113ac3c37c2f0f0806d8c70e4228c5cf4d  --hash=sha256:e8fc20152abba6b83724d7ff268c249fa196d8259ff481f3b1476383f8f24e42  --hash=sha256:eaa9599de571d72e2daf60164784109f19978b327a3910d3e9de8c97b5b70cfe  --hash=sha256:ec15a59cf5af7be74194f7ab02d0f59a62bdcf1a537677ce67a2537c9b87fcda  --hash=sha256:f190daf01f13c72eac4efd5c430a8de82489d9cff23c364c3ea822545032993e  --hash=sha256:f34c41761022dd093b4b6896d4810782ffbabe30f2d443ff5f083e0cbbb8c737  --hash=sha256:f3e98bb3798ead92273dc0e5fd0f31ade220f59a266ffd8a4f6065e0a3ce0523  --hash=sha256:f42d0984e947b8adf7dd6dde396e720934d12c506ce84eea8476409563607591  --hash=sha256:f71a396b3bf33ecaa1626c255855702aca4d3d9fea5e051b41ac59a9c1c41edc  --hash=sha256:f9e130248f4462aaa8e2552d547f36ddadbeaa573879158d721bbd33dfe4743a  --hash=sha256:fed51ac40f757d41b7c48425901843666a6677e3e8eb0abcff09e4ba6e664f50
packaging==26.4  --hash=sha256:81383611a09c1bc0b08b76e0fd5829d7c6824c65b27a6aee339da133f4233ea2  --hash=sha256:c4b671c41ddb9bf26e543c37723610d28fb6bf7affc4da17cf048d419d2c062a
werkzeug==3.1.9  --hash=sha256:55ca7c70a75689be937aa27f8ff4b018f06ff4838fc73045560bf0f5a1291060  --hash=sha256:6392e50c78460ba618e5b21f08a71f59c99ce99cdc6cf6e3dd7e6ccca8754fab
EOF

# [python linux/amd64] fetch dependencies
FROM python AS python-linux-amd64-fetch-dependencies
ENV PIP_CERT="/etc/ssl/certs/ca-certificates.crt"
ENV PIP_DEFAULT_TIMEOUT="30"
ENV PIP_DISABLE_PIP_VERSION_CHECK="1"
ENV PIP_RETRIES="2"
ENV PIP_ROOT_USER_ACTION="ignore"
ENV PYTHONHASHSEED="0"
ENV SSL_CERT_FILE="/etc/ssl/certs/ca-certificates.crt"
ENV UV_CACHE_DIR="/var/cache/uv"
ENV UV_HTTP_RETRIES="2"
ENV UV_HTTP_TIMEOUT="30"
ENV UV_PYTHON_DOWNLOADS="never"
ENV HOME="/root"
WORKDIR /opt/venv
WORKDIR /src
RUN \
    --mount=type=bind,from=python-prepare-the-build,source=/opt/programs,target=/opt/programs \
    --mount=type=bind,from=python-prepare-steps-3,target=/opt/stagefront \
    --mount=type=bind,from=python-fetch-uv,source=/opt/uv,target=/opt/uv \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=empty,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    --mount=type=cache,id=stagefront/uv-downloads,target=/var/cache/uv,sharing=shared \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt,mode=0444 \
    --mount=type=secret,id=netrc,target=/root/.netrc,mode=0400 \
    --mount=type=secret,id=pip.conf,target=/etc/pip.conf,mode=0400 \
    ["python3", "-X", "pycache_prefix=/opt/programs/bytecode", "/opt/programs/fetch.py", "--for", "linux/amd64", "--platform", "x86_64-manylinux_2_40", "--python", "3.13", "--requirements", "/opt/stagefront/requirements.txt", "--source", "requirements.txt", "--closed", "--hashed"]

# [python linux/amd64] build dependencies
FROM python AS python-linux-amd64-build-dependencies
ENV PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENV PYTHONHASHSEED="0"
ENV SOURCE_DATE_EPOCH="315532800"
ENV UV_CACHE_DIR="/tmp/uv"
ENV UV_PYTHON_DOWNLOADS="never"
ENV HOME="/root"
COPY --from=python-linux-amd64-fetch-dependencies /opt/venv /opt/venv/
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=python-prepare-the-build,source=/opt/programs,target=/opt/programs \
    --mount=type=bind,from=python-fetch-uv,source=/opt/uv,target=/opt/uv \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=empty,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["python3", "-X", "pycache_prefix=/opt/programs/bytecode", "/opt/programs/build.py", "--for", "linux/amd64", "--platform", "x86_64-manylinux_2_40", "--python", "3.13"]

# [export linux/amd64] dependencies
FROM scratch AS export-linux-amd64-dependencies
COPY --from=export-prepare-directories-of-dependencies / /
COPY --from=python-linux-amd64-build-dependencies --chown=0:0 --chmod=u=rwX,go=rX --exclude=lib --exclude=natives --exclude=pyvenv.cfg --exclude=bin/python --exclude=bin/python3 --exclude=bin/python3.13 /opt/venv /opt/venv
COPY --from=python-linux-amd64-build-dependencies --chown=0:0 --chmod=u=rwX,go=rX /opt/venv/lib /opt/venv/lib
COPY --from=export-prepare-directories-of-dependencies / /

# a directory that gets its mode where it is copied to
FROM scratch AS app-2
WORKDIR /made/app

# [export] prepare directories of project
FROM scratch AS export-prepare-directories-of-project
COPY --from=app-2 --chown=65532:0 --chmod=0775 /made /
WORKDIR /opt

# [python] compile app:app
FROM python AS python-compile-app-app
ENV PYTHONHASHSEED="0"
ENV SOURCE_DATE_EPOCH="315532800"
ENV HOME="/root"
WORKDIR /out
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=python-prepare-the-build,source=/opt/programs,target=/opt/programs \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,target=/src \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["python3", "-X", "pycache_prefix=/opt/programs/bytecode", "/opt/programs/compile.py", "--spec", "stagefront.yaml,stagefront.yml"]

# [export linux/amd64] project
FROM scratch AS export-linux-amd64-project
COPY --from=export-prepare-directories-of-project / /
COPY --from=python-compile-app-app --chown=0:0 --chmod=u=rwX,go=rX /out/app /app
COPY --from=python-compile-app-app --chown=0:0 --chmod=u=rwX,go=rX /out/venv /opt/venv
COPY --from=export-prepare-directories-of-project / /

# [export linux/amd64] layers
FROM python3-debian13 AS export-linux-amd64-layers
COPY --link --from=export-system-files / /
COPY --link --from=export-environment / /
COPY --link --from=export-linux-amd64-dependencies / /
COPY --link --from=export-linux-amd64-project / /

# the image for linux/amd64
FROM export-linux-amd64-layers AS image-linux-amd64
ENV PATH="/opt/venv/bin:/usr/local/bin:/usr/bin"
ENV PYTHONDONTWRITEBYTECODE="1"
ENV PYTHONPATH="/app"
ENV PYTHONUNBUFFERED="1"
ENV PORT="8080"
ENV HOME="/home/nonroot"
EXPOSE 8080/tcp
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/opt/venv/bin/python", "-m", "gunicorn", "app:app"]

# [runtime linux/arm64] gcr.io/distroless/python3-debian13:nonroot
FROM --platform=linux/arm64 gcr.io/distroless/python3-debian13:nonroot@sha256:6fd82e0e0453e23e4bc3ce0178be985c752a23089f920d8cd6a8bb2787b0c984 AS python3-debian13-2

# [python linux/arm64] fetch dependencies
FROM python AS python-linux-arm64-fetch-dependencies
ENV PIP_CERT="/etc/ssl/certs/ca-certificates.crt"
ENV PIP_DEFAULT_TIMEOUT="30"
ENV PIP_DISABLE_PIP_VERSION_CHECK="1"
ENV PIP_RETRIES="2"
ENV PIP_ROOT_USER_ACTION="ignore"
ENV PYTHONHASHSEED="0"
ENV SSL_CERT_FILE="/etc/ssl/certs/ca-certificates.crt"
ENV UV_CACHE_DIR="/var/cache/uv"
ENV UV_HTTP_RETRIES="2"
ENV UV_HTTP_TIMEOUT="30"
ENV UV_PYTHON_DOWNLOADS="never"
ENV HOME="/root"
WORKDIR /opt/venv
WORKDIR /src
RUN \
    --mount=type=bind,from=python-prepare-the-build,source=/opt/programs,target=/opt/programs \
    --mount=type=bind,from=python-prepare-steps-3,target=/opt/stagefront \
    --mount=type=bind,from=python-fetch-uv,source=/opt/uv,target=/opt/uv \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=empty,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    --mount=type=cache,id=stagefront/uv-downloads,target=/var/cache/uv,sharing=shared \
    --mount=type=secret,id=ca-certificates,target=/etc/ssl/certs/ca-certificates.crt,mode=0444 \
    --mount=type=secret,id=netrc,target=/root/.netrc,mode=0400 \
    --mount=type=secret,id=pip.conf,target=/etc/pip.conf,mode=0400 \
    ["python3", "-X", "pycache_prefix=/opt/programs/bytecode", "/opt/programs/fetch.py", "--for", "linux/arm64", "--platform", "aarch64-manylinux_2_40", "--python", "3.13", "--requirements", "/opt/stagefront/requirements.txt", "--source", "requirements.txt", "--closed", "--hashed"]

# [python linux/arm64] build dependencies
FROM python AS python-linux-arm64-build-dependencies
ENV PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENV PYTHONHASHSEED="0"
ENV SOURCE_DATE_EPOCH="315532800"
ENV UV_CACHE_DIR="/tmp/uv"
ENV UV_PYTHON_DOWNLOADS="never"
ENV HOME="/root"
COPY --from=python-linux-arm64-fetch-dependencies /opt/venv /opt/venv/
WORKDIR /src
RUN \
    --network=none \
    --mount=type=bind,from=python-prepare-the-build,source=/opt/programs,target=/opt/programs \
    --mount=type=bind,from=python-fetch-uv,source=/opt/uv,target=/opt/uv \
    --mount=type=bind,from=empty,target=/root,rw \
    --mount=type=bind,from=empty,target=/src,rw \
    --mount=type=bind,from=empty,target=/tmp,rw \
    ["python3", "-X", "pycache_prefix=/opt/programs/bytecode", "/opt/programs/build.py", "--for", "linux/arm64", "--platform", "aarch64-manylinux_2_40", "--python", "3.13"]

# [export linux/arm64] dependencies
FROM scratch AS export-linux-arm64-dependencies
COPY --from=export-prepare-directories-of-dependencies / /
COPY --from=python-linux-arm64-build-dependencies --chown=0:0 --chmod=u=rwX,go=rX --exclude=lib --exclude=natives --exclude=pyvenv.cfg --exclude=bin/python --exclude=bin/python3 --exclude=bin/python3.13 /opt/venv /opt/venv
COPY --from=python-linux-arm64-build-dependencies --chown=0:0 --chmod=u=rwX,go=rX /opt/venv/lib /opt/venv/lib
COPY --from=export-prepare-directories-of-dependencies / /

# [export linux/arm64] layers
FROM python3-debian13-2 AS export-linux-arm64-layers
COPY --link --from=export-system-files / /
COPY --link --from=export-environment / /
COPY --link --from=export-linux-arm64-dependencies / /
COPY --link --from=export-linux-amd64-project / /

# the image for linux/arm64
FROM export-linux-arm64-layers AS image-linux-arm64
ENV PATH="/opt/venv/bin:/usr/local/bin:/usr/bin"
ENV PYTHONDONTWRITEBYTECODE="1"
ENV PYTHONPATH="/app"
ENV PYTHONUNBUFFERED="1"
ENV PORT="8080"
ENV HOME="/home/nonroot"
EXPOSE 8080/tcp
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/opt/venv/bin/python", "-m", "gunicorn", "app:app"]

FROM image-${TARGETOS}-${TARGETARCH}${TARGETVARIANT}
