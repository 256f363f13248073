import { TasksPage } from '../../features/panel/TasksPage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

mountPage('panelTitle', <TasksPage />);
