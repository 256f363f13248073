import '@star-graph/api/console/build/main';
