# One image for all: `controller`, `proxy` and `run` are its first argument.
#   docker build -t headgate:0.1.0 .

# The version is that of the package `node` in package.json (a test compares).
FROM node:26.10.0-trixie-slim AS build
WORKDIR /src
# Node links against it, and the final stage has no package manager.
RUN apt-get update && apt-get install -y --no-install-recommends libatomic1
COPY . .
# Exactly what package-lock.json says; the bundle needs none of it when it runs.
RUN npm ci --no-audit --no-fund
RUN npm run build
RUN mkdir -p /out/usr/bin /out/usr/lib /out/app && cp node_modules/node/bin/node /out/usr/bin/node && cp -L /usr/lib/*/libatomic.so.1 /out/usr/lib/ && cp -r dist LICENSE /out/app/

# glibc, libstdc++ and certificates of authorities; no shell, no package manager.
FROM gcr.io/distroless/cc-debian13:nonroot
COPY --from=build /out/ /
# Numbers, so that runAsNonRoot can be checked without a look into the image.
USER 65532:65532
WORKDIR /app
# Few of our objects live long: a small nursery is collected often and cheaply, and keeps the memory small (as bin/headgate).
ENTRYPOINT ["/usr/bin/node", "--max-semi-space-size=2", "/app/dist/headgate.js"]
CMD ["--help"]
