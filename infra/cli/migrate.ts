import '@star-graph/core/ground/db/main';
