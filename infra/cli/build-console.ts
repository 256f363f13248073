import '@star-graph/console/build/main';
