import { render } from 'preact';
import '../../ui/tokens.css';
import '../../ui/base.css';
import { showLanguage } from './session/languageChoice.ts';
import { resumeSession } from './session/session.ts';
import { App } from './shell/App.tsx';
import { showTheme } from './shell/theme.ts';

showLanguage();
showTheme();
void resumeSession();
const place = document.getElementById('app');
if (place) render(<App />, place);
