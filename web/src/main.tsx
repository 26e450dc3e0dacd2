import { render } from 'preact';
import './styles/base.css';
import './styles/pages.css';
import './styles/panel.css';
import './styles/lcd.css';
import './styles/tools.css';
import { App } from './app';

render(<App />, document.getElementById('app') as HTMLElement);
