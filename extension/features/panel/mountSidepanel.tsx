import { TasksPage } from '../../features/panel/tasks/TasksPage.tsx';
import { mountPage } from '../../ui/mountPage.tsx';

mountPage('panelTitle', <TasksPage />);
